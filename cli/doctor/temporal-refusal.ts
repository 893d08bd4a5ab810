import { GRPC_STATUS } from '@signering/contract';
import type { Trouble } from './finding.js';

/** Why Temporal rejected a request. */
export type TemporalRefusal = 'NOT_FOUND' | 'NOT_ALLOWED' | 'UNAUTHENTICATED' | 'NOT_KNOWN' | 'NO_ANSWER';

/** Maps a failure of Temporal's SDK. */
export function temporalRefusal(error: unknown): TemporalRefusal {
  switch (grpcCodeOf(error)) {
    case GRPC_STATUS.NOT_FOUND:
      return 'NOT_FOUND';
    case GRPC_STATUS.PERMISSION_DENIED:
      return 'NOT_ALLOWED';
    case GRPC_STATUS.UNAUTHENTICATED:
      return 'UNAUTHENTICATED';
    case GRPC_STATUS.UNIMPLEMENTED:
      return 'NOT_KNOWN';
    case undefined:
    default:
      return 'NO_ANSWER';
  }
}

/** Temporal cannot be reached, or rejects the connection. */
export function noTemporal(address: string, error: unknown): Trouble {
  const refusal = temporalRefusal(error);
  if (refusal === 'UNAUTHENTICATED' || refusal === 'NOT_ALLOWED') {
    return {
      what: `Temporal at ${address} denies access (TEMPORAL_REFUSED).`,
      nextStep: 'Check TEMPORAL_API_KEY, or the TLS settings (TEMPORAL_TLS…).',
      mender: 'SETTINGS',
    };
  }
  return {
    what: `Temporal at ${address} does not answer (TEMPORAL_UNAVAILABLE).`,
    nextStep:
      'Start it (npm start runs one on this machine), or correct TEMPORAL_ADDRESS; behind TLS, TEMPORAL_TLS too.',
    mender: 'SURROUNDINGS',
    retryable: true,
  };
}

function grpcCodeOf(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'number') return at.code;
  }
  return undefined;
}
