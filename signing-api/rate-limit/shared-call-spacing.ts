import { CallSpacing } from './call-spacing.js';
import { evenShare, setShare, smallestShare, type ShareOfCalls } from './share-of-calls.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';

/** The spacing of one `SigningApi`, which all of this process share that call one environment as one organisation. */
export interface SharedCallSpacing {
  readonly spacing: CallSpacing;
  /** To be called when the `SigningApi` is closed: its share no longer counts. */
  leave(): void;
}

interface Shared {
  readonly spacing: CallSpacing;
  readonly members: Set<ResolvedSigningApiOptions>;
}

// Kept when the last member has left: the next one must not begin a second that has had its calls.
const shared = new Map<string, Shared>();

/**
 * The spacing that this process keeps towards an environment for the certificate's organisation: the service counts by
 * organisation, so every `SigningApi` for it has to take turns with the others. Where they differ in pace the slowest
 * one sets it.
 */
export function shareCallSpacing(options: ResolvedSigningApiOptions): SharedCallSpacing {
  const key = `${options.apiUrl.origin} ${options.organizationNumber}`;
  const { maxWaitMs } = options.rateLimit;
  const own = shared.get(key) ?? {
    spacing: new CallSpacing({ share: shareOf(options), maxWaitMs }),
    members: new Set<ResolvedSigningApiOptions>(),
  };
  shared.set(key, own);
  own.members.add(options);
  keepShare(own);
  return {
    spacing: own.spacing,
    leave: () => {
      own.members.delete(options);
      keepShare(own);
    },
  };
}

function keepShare({ spacing, members }: Shared): void {
  const share = smallestShare([...members].map(shareOf));
  if (share !== undefined) spacing.change(share);
}

function shareOf({ processes, rateLimit }: ResolvedSigningApiOptions): ShareOfCalls {
  const { callsPerSecond } = rateLimit;
  return callsPerSecond === undefined ? evenShare(processes) : setShare(callsPerSecond);
}
