import type { Payload } from '@temporalio/client';
import { encryptionKeyIdOf } from '@signering/encryption';
import type { EncryptedArea } from '@signering/storage';
import { temporalRefusal, type Examination } from '../doctor/index.js';

/** What needs a key. */
export interface KeyUse {
  readonly openWorkflows: number;
  readonly closedWorkflows: number;
  /** When Temporal removes the last of the closed ones, ISO 8601. */
  readonly closedUntil?: string;
  readonly schedules: number;
  /** Jobs that are open, or may turn out to have been created. */
  readonly ledgerEntries: number;
  readonly files: Readonly<Partial<Record<EncryptedArea, number>>>;
  /** Values and hashes in the database of the sender portal, which encrypts them anew itself. */
  readonly portalValues: number;
}

/** What was found, by key id. */
export interface FoundUses {
  readonly uses: ReadonlyMap<string, KeyUse>;
  /** Ledger entries of which this is not known, because they cannot be read. */
  readonly unreadable: number;
}

/** Nothing needs it. */
export const NO_USE: KeyUse = {
  openWorkflows: 0,
  closedWorkflows: 0,
  schedules: 0,
  ledgerEntries: 0,
  files: {},
  portalValues: 0,
};

/** Histories that are read at the same time, so that the scan leaves Temporal to the workers. */
const AT_ONCE = 4;
const PAGE = 100;

/** The argument of {@link findKeyUses}. */
export interface FindKeyUsesOptions {
  readonly examination: Examination;
  /** Address of the sender portal's PostgreSQL database. Absent: it is left out. */
  readonly portalDatabase?: string | undefined;
  /** Called after each step of the scan. */
  readonly onProgress: (what: string, count: number) => void;
}

/**
 * Counts what is encrypted under which key: the histories and schedules of the namespace, the ledger's open entries,
 * stored files, and the database of the sender portal. Reads key ids and decrypts nothing.
 * @throws the error of Temporal's SDK, STORAGE_UNAVAILABLE (retryable), INVALID_SETTINGS for a database that cannot be read
 */
export async function findKeyUses({
  examination,
  portalDatabase,
  onProgress,
}: FindKeyUsesOptions): Promise<FoundUses> {
  const uses = new Map<string, KeyUse>();
  const add = (keyId: string, more: (use: KeyUse) => Partial<KeyUse>) => {
    const use = uses.get(keyId) ?? NO_USE;
    uses.set(keyId, { ...use, ...more(use) });
  };
  const scan: Scan = { examination, add, counted: counterOf(onProgress) };
  await scanWorkflows(scan);
  await scanSchedules(scan);
  const unreadable = await scanLedger(scan);
  await scanFiles(scan);
  if (portalDatabase !== undefined) await scanPortal(scan, portalDatabase);
  return { uses, unreadable };
}

interface Scan {
  readonly examination: Examination;
  readonly add: (keyId: string, more: (use: KeyUse) => Partial<KeyUse>) => void;
  readonly counted: (what: string) => void;
}

function counterOf(onProgress: FindKeyUsesOptions['onProgress']): Scan['counted'] {
  const counts = new Map<string, number>();
  return (what) => {
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    onProgress(what, count);
  };
}

interface Page {
  readonly nextPageToken: Uint8Array;
}

/** Every page, from the first one on. */
async function* pages<P extends Page>(read: (nextPageToken: Uint8Array) => Promise<P>): AsyncGenerator<P> {
  let token: Uint8Array = new Uint8Array();
  do {
    const page = await read(token);
    yield page;
    token = page.nextPageToken;
  } while (token.length > 0);
}

type Listed = Awaited<ReturnType<typeof workflowsOn>>['executions'][number];

/** Every workflow of the namespace: other programs may encrypt with these keys too. */
async function scanWorkflows(scan: Scan): Promise<void> {
  const retentionMs = await retentionOf(scan.examination);
  for await (const { executions } of pages((token) => workflowsOn(scan.examination, token))) {
    for (let at = 0; at < executions.length; at += AT_ONCE) {
      const some = executions.slice(at, at + AT_ONCE);
      await Promise.all(some.map((execution) => scanWorkflow(scan, execution, retentionMs)));
    }
  }
}

function workflowsOn(examination: Examination, nextPageToken: Uint8Array) {
  const { namespace } = examination.temporalSettings();
  return examination.temporal(({ workflowService }) =>
    workflowService.listWorkflowExecutions({ namespace, pageSize: PAGE, nextPageToken }),
  );
}

async function scanWorkflow({ examination, add, counted }: Scan, listed: Listed, retentionMs: number) {
  const keyIds = await keysOfWorkflow(examination, listed);
  const closedMs = listed.closeTime ? Number(listed.closeTime.seconds) * 1000 : undefined;
  for (const keyId of keyIds) {
    add(keyId, ({ openWorkflows, closedWorkflows, closedUntil = '' }) => {
      if (closedMs === undefined) return { openWorkflows: openWorkflows + 1 };
      const until = new Date(closedMs + retentionMs).toISOString();
      return { closedWorkflows: closedWorkflows + 1, closedUntil: until > closedUntil ? until : closedUntil };
    });
  }
  counted('workflows');
}

async function keysOfWorkflow(examination: Examination, listed: Listed): Promise<ReadonlySet<string>> {
  const { namespace } = examination.temporalSettings();
  const execution = listed.execution ?? {};
  const keyIds = new Set<string>();
  collectKeyIds(listed, keyIds);
  try {
    // Heartbeats, memo and failures of running activities are not in the history.
    if (!listed.closeTime) {
      const described = await examination.temporal(({ workflowService }) =>
        workflowService.describeWorkflowExecution({ namespace, execution }),
      );
      collectKeyIds(described, keyIds);
    }
    const read = (nextPageToken: Uint8Array) =>
      examination.temporal(({ workflowService }) =>
        workflowService.getWorkflowExecutionHistory({ namespace, execution, nextPageToken }),
      );
    for await (const { history } of pages(read)) collectKeyIds(history, keyIds);
  } catch (error) {
    // Its retention ended meanwhile.
    if (temporalRefusal(error) !== 'NOT_FOUND') throw error;
  }
  return keyIds;
}

/** Any message of Temporal's API holds payloads somewhere. */
function collectKeyIds(part: unknown, keyIds: Set<string>): void {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const keyId = 'metadata' in part && 'data' in part ? encryptionKeyIdOf(part as Payload) : undefined;
  if (keyId !== undefined) keyIds.add(keyId);
  else for (const inner of Object.values(part)) collectKeyIds(inner, keyIds);
}

async function scanSchedules({ examination, add, counted }: Scan): Promise<void> {
  const { namespace } = examination.temporalSettings();
  const read = (nextPageToken: Uint8Array) =>
    examination.temporal(({ workflowService }) =>
      workflowService.listSchedules({ namespace, maximumPageSize: PAGE, nextPageToken }),
    );
  for await (const page of pages(read)) {
    for (const { scheduleId } of page.schedules) {
      const keyIds = new Set<string>();
      collectKeyIds(await scheduleOf(examination, scheduleId ?? ''), keyIds);
      for (const keyId of keyIds) add(keyId, ({ schedules }) => ({ schedules: schedules + 1 }));
      counted('schedules');
    }
  }
}

async function scheduleOf(examination: Examination, scheduleId: string): Promise<unknown> {
  const { namespace } = examination.temporalSettings();
  try {
    return await examination.temporal(({ workflowService }) =>
      workflowService.describeSchedule({ namespace, scheduleId }),
    );
  } catch (error) {
    // It was deleted meanwhile.
    if (temporalRefusal(error) !== 'NOT_FOUND') throw error;
    return undefined;
  }
}

/** @returns how many entries cannot be read */
async function scanLedger({ examination, add, counted }: Scan): Promise<number> {
  const { ledger } = await examination.storage();
  let unreadable = 0;
  for await (const found of ledger.unsettled({ doubtful: true })) {
    if ('unreadable' in found) {
      unreadable += 1;
      continue;
    }
    const { input, created } = found.entry;
    const keyIds = new Set([input?.keyId, created?.redirectUrls?.keyId].filter((id) => id !== undefined));
    for (const keyId of keyIds) add(keyId, ({ ledgerEntries }) => ({ ledgerEntries: ledgerEntries + 1 }));
    counted('ledger entries');
  }
  return unreadable;
}

async function scanFiles({ examination, add, counted }: Scan): Promise<void> {
  const { fileKeys } = await examination.storage();
  for await (const { area, keyId } of fileKeys.list()) {
    if (keyId !== undefined)
      add(keyId, ({ files }) => ({ files: { ...files, [area]: (files[area] ?? 0) + 1 } }));
    counted('stored files');
  }
}

/** Loaded here, because most commands need no database. */
async function scanPortal({ add }: Scan, database: string): Promise<void> {
  const { countPortalKeyUses } = await import('@signering/sender-portal');
  for (const [keyId, count] of await countPortalKeyUses(database)) {
    add(keyId, ({ portalValues }) => ({ portalValues: portalValues + count }));
  }
}

/** How long Temporal keeps closed workflows, in milliseconds. */
async function retentionOf(examination: Examination): Promise<number> {
  const { namespace } = examination.temporalSettings();
  const { config } = await examination.temporal(({ workflowService }) =>
    workflowService.describeNamespace({ namespace }),
  );
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
}
