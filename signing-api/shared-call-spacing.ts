import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { CallSpacing } from './call-spacing.js';
import { joinRoll, type RollPlace } from './process-roll.js';
import { MOST_PROCESSES, rhythmAlone, rhythmInRound } from './share-of-calls.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import type { Rhythm } from './turn-times.js';

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
    const spacing = new CallSpacing({ rhythm: rhythmOf(options, undefined), maxWaitMs });
    found = { spacing, members: new Set([options]), place: undefined, leaveRoll: undefined };
    shared.set(key, found);
  } else {
    found.members.add(options);
    keepPace(found);
  }
  const own = found;
  if (gainsFromRoll(options)) own.leaveRoll ??= joinRollOf(own, options, key);
  return {
    spacing: own.spacing,
    leave: async () => {
      own.members.delete(options);
      if (own.members.size > 0) {
        keepPace(own);
        return;
      }
      const { leaveRoll } = own;
      own.leaveRoll = undefined;
      own.place = undefined;
      await leaveRoll?.();
    },
  };
}

function joinRollOf(own: Shared, { processesFolder }: ResolvedSigningApiOptions, key: string) {
  const folder = processesFolder ?? join(tmpdir(), `signering-api-${userInfo().uid}`);
  const group = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return joinRoll({
    folder: join(folder, group),
    onChange: (place) => {
      own.place = place;
      keepPace(own);
    },
  });
}

function keepPace({ spacing, members, place }: Shared): void {
  const rhythms = [...members].map((member) => rhythmOf(member, place));
  const slowest = rhythms.reduce<Rhythm | undefined>(
    (slow, one) => (slow === undefined || one.spacingMs > slow.spacingMs ? one : slow),
    undefined,
  );
  if (slowest !== undefined) spacing.change(slowest);
}

function gainsFromRoll({ processes, rateLimit }: ResolvedSigningApiOptions): boolean {
  if (rateLimit.callsPerSecond !== undefined) return false;
  return rhythmAlone(processes).spacingMs > rhythmInRound(processes, 0).spacingMs;
}

function rhythmOf(options: ResolvedSigningApiOptions, place: RollPlace | undefined): Rhythm {
  const { processes, rateLimit } = options;
  if (rateLimit.callsPerSecond !== undefined)
    return { spacingMs: Math.ceil(1000 / rateLimit.callsPerSecond) };
  // Not all have come, or some are elsewhere: nothing is known of when those call.
  if (place === undefined || place.present < processes) return rhythmAlone(processes);
  if (place.present === processes && gainsFromRoll(options)) return rhythmInRound(processes, place.number);
  return rhythmAlone(Math.min(Math.max(place.present, processes), MOST_PROCESSES));
}
