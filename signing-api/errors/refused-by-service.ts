import type { FailedCall } from './failed-call.js';

/** A refusal with the service's own explanation. */
export interface RefusedCall extends FailedCall {
  /** The service's words, without personal data. */
  readonly serviceMessage?: string;
}

/** The service's words as a sentence of a message. */
export function saidByService(serviceMessage: string | undefined): string {
  return serviceMessage === undefined ? '' : ` It says: "${serviceMessage}".`;
}
