import type { EncryptionKeys } from '@signering/encryption';
import { InvalidInputError, SigningError } from '@signering/schema';
import { portalDatabaseAddress, type Environment } from '@signering/settings';
import { Examination, noTemporal } from '../doctor/index.js';
import { findKeyUses } from './key-uses.js';
import { askCodecServer, seenWorkers, type SeenWorker } from './process-keys.js';
import {
  everyProcessReads,
  everyProcessWrites,
  exitCodeOfRotation,
  needsOf,
  newKeyOf,
  nothingNeedsOldKeys,
  oldKeysOf,
  type OldKey,
  type PortalCheck,
  type RotationFacts,
  type RotationStep,
} from './rotation.js';

/** The argument of {@link checkRotation}. */
export interface CheckRotationOptions {
  readonly env: Environment;
  /** The new key. @default the only one, or the newest of those that are named by their day */
  readonly to?: string | undefined;
  /** The last step to check. */
  readonly step: 1 | 2 | 3;
  readonly clientsDone: boolean;
  /** False: the operator says that there is no sender portal. */
  readonly hasPortal: boolean;
  /** Called with a sentence every few seconds of a long scan. */
  readonly onRemark: (sentence: string) => void;
}

/** How far a rotation is, as `--json` prints it. */
export interface RotationReport {
  readonly exitCode: number;
  readonly to: string;
  /** Ids of the keys of these settings. */
  readonly keys: readonly string[];
  readonly workers: readonly SeenWorker[];
  readonly steps: readonly RotationStep[];
  /** Of the sender portal's database. NONE: the operator says that there is none. Absent unless the third step was checked. */
  readonly portal?: PortalCheck['state'];
  /** Absent unless the third step was checked. */
  readonly oldKeys?: readonly OldKey[];
  /** What the operator does next. */
  readonly next: string;
}

const REMARK_EVERY_MS = 5000;

/**
 * Checks the steps of a rotation, one after the other, and changes nothing. The third is checked unless a process is known
 * not to encrypt with the new key yet.
 * @throws INVALID_REQUEST, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkRotation(options: CheckRotationOptions): Promise<RotationReport> {
  const { env, step: last, hasPortal } = options;
  if (!hasPortal) demandNoPortal(env);
  const examination = new Examination(env, { readBy: ['client'] });
  try {
    const facts = await factsOf(examination, options);
    const steps = [everyProcessReads(facts), everyProcessWrites(facts)].slice(0, last);
    let oldKeys: readonly OldKey[] | undefined;
    let portal: PortalCheck | undefined;
    if (last === 3 && steps.some(({ state }) => state === 'NOT_DONE')) {
      steps.push({ step: 3, state: 'NOT_CHECKED', reasons: ['The step before is not done.'] });
    } else if (last === 3) {
      const portalDatabase = portalDatabaseAddress(env);
      portal = hasPortal ? portalCheckOf(env, portalDatabase) : { state: 'NONE' };
      const onProgress = remarker(options.onRemark);
      const found = await findKeyUses({ examination, portalDatabase, onProgress });
      const { keyFingerprints } = await examination.storage();
      const isKnown = async (id: string) => (await keyFingerprints.recall(id)) !== undefined;
      oldKeys = await oldKeysOf(facts, { found, portal, isKnown });
      steps.push(nothingNeedsOldKeys(oldKeys, found, portal));
    }
    const { to, keys, workers } = facts;
    return {
      exitCode: exitCodeOfRotation(steps, oldKeys ?? []),
      to,
      keys,
      workers,
      steps,
      ...(portal && { portal: portal.state }),
      ...(oldKeys && { oldKeys }),
      next: nextOf(facts, steps, oldKeys ?? []),
    };
  } catch (error) {
    throw temporalFailure(examination, error);
  } finally {
    await examination.close();
  }
}

/** A database that was not checked may need any old key. */
function portalCheckOf(env: Environment, database: string | undefined): PortalCheck {
  if (database !== undefined) return { state: 'CHECKED' };
  const why =
    portalSettingIn(env) === undefined
      ? 'SIGNERING_PORTAL_DATABASE is not set'
      : 'SIGNERING_PORTAL_DATABASE names no PostgreSQL database that this command can read';
  return { state: 'NOT_CHECKED', why };
}

/** Settings of a portal contradict that there is none. @throws INVALID_REQUEST */
function demandNoPortal(env: Environment): void {
  const name = portalSettingIn(env);
  if (name === undefined) return;
  const message = `says that there is no sender portal, and ${name} names its database: leave one of them out`;
  throw new InvalidInputError('INVALID_REQUEST', 'The rotation cannot be checked', [
    { path: '--no-portal', message },
  ]);
}

/** The setting that names a portal's database. */
function portalSettingIn(env: Environment): string | undefined {
  const names = ['SIGNERING_PORTAL_DATABASE', 'SIGNERING_PORTAL_DATABASE_FILE'];
  return names.find((name) => (env[name] ?? '') !== '');
}

async function factsOf(
  examination: Examination,
  { env, to: asked, clientsDone }: CheckRotationOptions,
): Promise<RotationFacts> {
  const all: EncryptionKeys = examination.keys();
  const keys = all.map(({ id }) => id);
  const to = newKeyOf(keys, asked);
  const key = all.find(({ id }) => id === to) ?? all[0];
  const workers = await seenWorkers(examination);
  return { keys, to, workers, codecServer: await askCodecServer(env, key), clientsDone };
}

function remarker(onRemark: (sentence: string) => void): (what: string, count: number) => void {
  let last = Date.now();
  return (what, count) => {
    if (Date.now() - last < REMARK_EVERY_MS) return;
    last = Date.now();
    onRemark(`${count} ${what} were looked at.`);
  };
}

const EVERYWHERE = 'in SIGNERING_KEYS of every client, worker and codec server, and restart them';

function nextOf({ to }: RotationFacts, steps: readonly RotationStep[], oldKeys: readonly OldKey[]): string {
  const check = `Then: signering keys rotate --check --to ${to} --clients-done`;
  const step = steps.find(({ state }) => state !== 'DONE')?.step ?? steps.length + 1;
  if (step === 1) return `Step 1: have key ${to} behind the first key ${EVERYWHERE}. ${check}`;
  if (step === 2) return `Step 2: put key ${to} first ${EVERYWHERE}. ${check}`;
  const idsOf = (verdict: OldKey['verdict']) =>
    oldKeys.filter((key) => key.verdict === verdict).map(({ id }) => id);
  const sentences = (
    [
      ['MISSING', (ids: string) => `Step 3: add key ${ids} behind the others again ${EVERYWHERE}.`],
      ['NEEDED', (ids: string) => `Step 3: keep key ${ids} behind the others for now.`],
      ['UNCHECKED', (ids: string) => `Step 3: keep key ${ids} until the sender portal was checked.`],
      ['UNUSED', (ids: string) => `Step 3: remove key ${ids} ${EVERYWHERE}.`],
      ['KEEP', (ids: string) => `Keep key ${ids} behind the others, to read stored files.`],
    ] as const
  ).flatMap(([verdict, sentence]) =>
    idsOf(verdict).length === 0 ? [] : [sentence(idsOf(verdict).join(', '))],
  );
  if (step === 3) return [...sentences, check].join(' ');
  return sentences.length === 0 ? 'The rotation is finished.' : sentences.join(' ');
}

/** A failure of Temporal's SDK as one of ours. */
function temporalFailure(examination: Examination, error: unknown): unknown {
  if (error instanceof SigningError || error instanceof TypeError) return error;
  const {
    what,
    nextStep = '',
    mender,
  } = noTemporal(examination.temporalSettings().connection.address, error);
  const code = mender === 'SETTINGS' ? 'TEMPORAL_REFUSED' : 'TEMPORAL_UNAVAILABLE';
  return new SigningError(code, `${what.replace(/ \([A-Z_]+\)/u, '')} ${nextStep}`, { cause: error });
}

const STEPS = {
  1: 'every process reads the new key',
  2: 'every process writes with the new key',
  3: 'no old key is needed',
} as const;

const STATES = {
  DONE: 'done',
  NOT_DONE: 'not done',
  NOT_SEEN: 'not seen',
  NOT_CHECKED: 'not checked',
} as const;

/** A report for people. */
export function rotationLines({ to, steps, oldKeys = [], next }: RotationReport): readonly string[] {
  return [
    `Rotation to key ${to}.`,
    ...steps.flatMap(({ step, state, reasons }) => [
      `Step ${step}, ${STEPS[step]}: ${STATES[state]}`,
      ...reasons.map((reason) => `  ${reason}`),
    ]),
    ...oldKeys.map((key) => `Key ${key.id}: ${OLD_KEYS[key.verdict]}: ${needsOf(key)}`),
    `Next: ${next}`,
  ];
}

const OLD_KEYS = {
  UNUSED: 'may be removed',
  UNCHECKED: 'must stay until the sender portal was checked',
  NEEDED: 'must stay for now',
  KEEP: 'must stay, to read stored files',
  MISSING: 'is missing',
  FOREIGN: 'belongs to another program in the namespace',
} as const;
