import { InvalidInputError } from '@signering/schema';
import { EXIT_CODES } from '../exit-codes.js';
import { NO_USE, type FoundUses, type KeyUse } from './key-uses.js';
import type { SeenCodecServer, SeenWorker } from './process-keys.js';

/** What a check of a rotation has seen. */
export interface RotationFacts {
  /** Ids of the keys of these settings, the one that encrypts first. */
  readonly keys: readonly string[];
  /** The new key: one of `keys`. */
  readonly to: string;
  readonly workers: readonly SeenWorker[];
  /** Absent: the environment names none. */
  readonly codecServer?: SeenCodecServer | undefined;
  /** The operator says that everything else with the keys has those of these settings, in this order. */
  readonly clientsDone: boolean;
}

/** How far a step is. NOT_SEEN: nothing speaks against it, and not all of it was seen. */
export type StepState = 'DONE' | 'NOT_DONE' | 'NOT_SEEN' | 'NOT_CHECKED';

/** One step of a rotation. */
export interface RotationStep {
  readonly step: 1 | 2 | 3;
  readonly state: StepState;
  /** Why it is not done, or not seen. */
  readonly reasons: readonly string[];
}

/** What becomes of an old key. */
export interface OldKey extends KeyUse {
  readonly id: string;
  /**
   * UNUSED: it may be removed. UNCHECKED: nothing that was checked needs it, and the sender portal was not checked. NEEDED:
   * later. KEEP: stored files need it for as long as they are kept. MISSING: it is needed, and these settings do not have it.
   * FOREIGN: workflows in the namespace have it, and no worker on this storage had.
   */
  readonly verdict: 'UNUSED' | 'UNCHECKED' | 'NEEDED' | 'KEEP' | 'MISSING' | 'FOREIGN';
}

/** Whether the database of the sender portal was checked, and if not, why. NONE: the operator says that there is no portal. */
export type PortalCheck =
  { readonly state: 'CHECKED' | 'NONE' } | { readonly state: 'NOT_CHECKED'; readonly why: string };

/**
 * The new key: the one asked for, or the only one, or the newest of those that are named by their day.
 * @throws INVALID_REQUEST if it is unknown, or has to be named
 */
export function newKeyOf(keys: readonly string[], asked: string | undefined): string {
  const isNamedByDay = keys.every((id) => /^\d{4}-\d\d-\d\d(\.\d+)?$/u.test(id));
  const byAge = [...keys].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const to = asked ?? (keys.length === 1 || isNamedByDay ? byAge.at(-1) : undefined);
  if (to !== undefined && keys.includes(to)) return to;
  const why =
    to === undefined
      ? 'is required, because the ids of the keys are not their days'
      : 'is not in the settings';
  throw new InvalidInputError('INVALID_REQUEST', 'The rotation cannot be checked', [
    { path: '--to', message: `${why}; the settings have ${keys.join(', ')}` },
  ]);
}

/** Step 1: every process can decrypt with the new key. */
export function everyProcessReads(facts: RotationFacts): RotationStep {
  const { to, codecServer, clientsDone } = facts;
  return stepOf(1, [
    ...workersWithout(facts, (keyIds) => keyIds.includes(to), `does not have key ${to}`),
    ...codecServerWithout(codecServer?.reads, `does not decode with key ${to}`),
    ...(clientsDone ? [] : [unseen(codecServer)]),
  ]);
}

/** Step 2: every process encrypts with the new key. */
export function everyProcessWrites(facts: RotationFacts): RotationStep {
  const { keys, to, codecServer, clientsDone } = facts;
  const isFirst = keys[0] === to;
  return stepOf(2, [
    ...(isFirst ? [] : [notDone(`These settings encrypt with key ${keys[0] ?? ''}.`)]),
    ...workersWithout(facts, (keyIds) => keyIds[0] === to, `does not encrypt with key ${to}`),
    ...codecServerWithout(codecServer?.writes, `does not encode with key ${to}`),
    // What the operator says holds for the order of these settings.
    ...(clientsDone && isFirst ? [] : [unseen(codecServer)]),
  ]);
}

/** Step 3: nothing needs the old keys. */
export function nothingNeedsOldKeys(
  oldKeys: readonly OldKey[],
  { unreadable }: FoundUses,
  portal: PortalCheck,
): RotationStep {
  const reasons = oldKeys.flatMap((key) => {
    if (key.verdict === 'MISSING')
      return [notDone(`Key ${key.id} is not in these settings: ${needsOf(key)}.`)];
    return key.verdict === 'NEEDED' ? [notDone(`Key ${key.id} is needed: ${needsOf(key)}.`)] : [];
  });
  const unread = `${unreadable} entries of the ledger cannot be read (signering doctor).`;
  return stepOf(3, [
    ...reasons,
    ...(unreadable > 0 ? [notSeen(unread)] : []),
    ...(portal.state === 'NOT_CHECKED' ? [notSeen(portalUnseen(portal.why))] : []),
  ]);
}

/** The keys that are not the new one: those of the settings, and those that something is encrypted under. */
export async function oldKeysOf(
  { keys, to }: RotationFacts,
  {
    found: { uses },
    portal,
    isKnown,
  }: {
    readonly found: FoundUses;
    readonly portal: PortalCheck;
    readonly isKnown: (keyId: string) => Promise<boolean>;
  },
): Promise<readonly OldKey[]> {
  const ids = new Set([...keys, ...uses.keys()]);
  ids.delete(to);
  return Promise.all(
    [...ids].map(async (id) => {
      const use = uses.get(id) ?? NO_USE;
      const inStorage = use.ledgerEntries > 0 || use.portalValues > 0 || hasFiles(use);
      if (keys.includes(id)) return { id, ...use, verdict: verdictOf(use, portal) };
      return { id, ...use, verdict: inStorage || (await isKnown(id)) ? 'MISSING' : 'FOREIGN' };
    }),
  );
}

function verdictOf(use: KeyUse, portal: PortalCheck): OldKey['verdict'] {
  const { openWorkflows, closedWorkflows, schedules, ledgerEntries, portalValues } = use;
  if (openWorkflows + closedWorkflows + schedules + ledgerEntries + portalValues > 0) return 'NEEDED';
  if (hasFiles(use)) return 'KEEP';
  return portal.state === 'NOT_CHECKED' ? 'UNCHECKED' : 'UNUSED';
}

function hasFiles({ files }: KeyUse): boolean {
  return Object.keys(files).length > 0;
}

/** What needs a key, in words. */
export function needsOf({
  openWorkflows,
  closedWorkflows,
  closedUntil,
  schedules,
  ledgerEntries,
  files,
  portalValues,
}: KeyUse): string {
  const counts: readonly (readonly [number, string])[] = [
    [openWorkflows, 'open workflows'],
    [closedWorkflows, `closed workflows, the last of which Temporal removes after ${closedUntil ?? ''}`],
    [schedules, 'schedules'],
    [ledgerEntries, 'ledger entries of open jobs, or of jobs that may have been created'],
    [files.documents ?? 0, 'encrypted documents'],
    [files.archive ?? 0, 'encrypted files in the archive'],
    [files.suspect ?? 0, 'encrypted suspect files'],
    [portalValues, "values in the sender portal's database, which the portal encrypts anew within an hour"],
  ];
  const needed = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return needed.length === 0 ? 'nothing needs it' : needed.join('; ');
}

/**
 * The exit code for the steps up to `--step`: 0 done, 2 the operator has something to do, 75 only time is missing, until
 * workflows end and Temporal removes them.
 */
export function exitCodeOfRotation(steps: readonly RotationStep[], oldKeys: readonly OldKey[]): number {
  const first = steps.find(({ state }) => state !== 'DONE');
  if (first === undefined) return EXIT_CODES.done;
  const isWaiting =
    first.step === 3 && first.state === 'NOT_DONE' && !oldKeys.some(({ verdict }) => verdict === 'MISSING');
  return isWaiting ? EXIT_CODES.temporary : EXIT_CODES.callers;
}

interface Reason {
  readonly state: 'NOT_DONE' | 'NOT_SEEN';
  readonly text: string;
}

function notDone(text: string): Reason {
  return { state: 'NOT_DONE', text };
}

function notSeen(text: string): Reason {
  return { state: 'NOT_SEEN', text };
}

function stepOf(step: 1 | 2 | 3, reasons: readonly Reason[]): RotationStep {
  const state = (['NOT_DONE', 'NOT_SEEN'] as const).find((one) =>
    reasons.some((reason) => reason.state === one),
  );
  return { step, state: state ?? 'DONE', reasons: reasons.map(({ text }) => text) };
}

function workersWithout(
  { workers }: RotationFacts,
  isDone: (keyIds: readonly string[]) => boolean,
  what: string,
): readonly Reason[] {
  if (workers.length === 0) return [notSeen('No worker has polled within two minutes.')];
  return workers.flatMap(({ identity, keyIds }) => {
    if (keyIds === undefined)
      return [notSeen(`Worker ${identity} does not say which keys it has: it is of an earlier release.`)];
    if (isDone(keyIds)) return [];
    return [
      notDone(
        `Worker ${nameOf(identity)} ${what}; it has ${keyIds.join(', ')}. Temporal lists a worker for two minutes after its end.`,
      ),
    ];
  });
}

/** Without the parts that the sentence has in words. */
function nameOf(identity: string): string {
  return identity.split(' ')[0] ?? identity;
}

function codecServerWithout(seen: boolean | string | undefined, what: string): readonly Reason[] {
  if (seen === undefined || seen === true) return [];
  return [
    seen === false
      ? notDone(`The codec server ${what}.`)
      : notSeen(`The codec server was not checked: ${seen}.`),
  ];
}

function unseen(codecServer: SeenCodecServer | undefined): Reason {
  const others = codecServer === undefined ? 'Clients and codec servers' : 'Clients';
  return notSeen(`${others} cannot be seen from here: confirm them with --clients-done.`);
}

function portalUnseen(why: string): string {
  return `The sender portal was not checked: ${why}. Run this with the portal's settings, such as in its container, or say with --no-portal that there is none.`;
}
