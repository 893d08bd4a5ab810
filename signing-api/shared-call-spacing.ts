import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { CallSpacing } from './call-spacing.js';
import { joinRoll, type RollPlace } from './process-roll.js';
import { evenShare, setShare, smallestShare, spareCalls, type ShareOfCalls } from './share-of-calls.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';

/** Who takes turns together: all of a process that call one environment as one organisation. */
export interface SharedCallSpacing {
  readonly spacing: CallSpacing;
  /** When the last one has left, the others of a shared folder are told. */
  leave(): Promise<void>;
}

interface Shared {
  readonly spacing: CallSpacing;
  readonly members: Set<ResolvedSigningApiOptions>;
  place: RollPlace | undefined;
  leaveRoll: (() => Promise<void>) | undefined;
}

// Kept when the last one has left: who comes next must not begin a second that has had its calls.
const shared = new Map<string, Shared>();

/**
 * The spacing that this process keeps towards an environment for the certificate's organisation: the service counts by
 * organisation, so every `SigningApi` for it has to take turns with the others. Where they differ in pace the slowest
 * one sets it.
 */
export function shareCallSpacing(options: ResolvedSigningApiOptions): SharedCallSpacing {
  const key = `${options.apiUrl.origin} ${options.certificate.organizationNumber}`;
  let found = shared.get(key);
  if (found === undefined) {
    const { maxWaitMs } = options.rateLimit;
    const spacing = new CallSpacing({ share: shareOf(options, undefined), maxWaitMs });
    found = { spacing, members: new Set([options]), place: undefined, leaveRoll: undefined };
    shared.set(key, found);
  } else {
    found.members.add(options);
    keepShare(found);
  }
  const own = found;
  if (gainsFromRoll(options)) own.leaveRoll ??= joinRollOf(own, options, key);
  return {
    spacing: own.spacing,
    leave: async () => {
      own.members.delete(options);
      if (own.members.size > 0) {
        keepShare(own);
        return;
      }
      const { leaveRoll } = own;
      own.leaveRoll = undefined;
      own.place = undefined;
      await leaveRoll?.();
    },
  };
}

function joinRollOf(own: Shared, { processes, processesFolder }: ResolvedSigningApiOptions, key: string) {
  const folder = processesFolder ?? join(tmpdir(), `signering-api-${userInfo().uid}`);
  const group = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return joinRoll({
    folder: join(folder, group),
    processes,
    mayGiveBack: () => own.spacing.isWithin(evenShare(processes).calls),
    onLook: (place) => {
      own.place = place;
      keepShare(own);
    },
  });
}

function keepShare({ spacing, members, place }: Shared): void {
  const share = smallestShare([...members].map((member) => shareOf(member, place)));
  if (share !== undefined) spacing.change(share);
}

function gainsFromRoll({ processes, rateLimit }: ResolvedSigningApiOptions): boolean {
  return rateLimit.callsPerSecond === undefined && spareCalls(processes) > 0;
}

function shareOf(options: ResolvedSigningApiOptions, place: RollPlace | undefined): ShareOfCalls {
  const { processes, rateLimit } = options;
  if (rateLimit.callsPerSecond !== undefined) return setShare(rateLimit.callsPerSecond);
  // Those who are not seen may be elsewhere, and call.
  return evenShare(Math.max(place?.present ?? 1, processes), place?.oneMoreUntil);
}
