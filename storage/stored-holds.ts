import { z } from 'zod';
import { JobErasedError } from './errors.js';
import type { Erasure } from './job-erasure.js';
import type { HoldRelease, LegalHold, LegalHolds, ListedHold } from './legal-holds.js';
import { digestName, encodePathName } from './path-name.js';
import { readAhead } from './read-ahead.js';
import type { LedgerKey } from './reference-ledger.js';
import type { StoredFiles } from './stored-files.js';
import { parseStoredJson } from './stored-json.js';
import { isFaultOfOneEntry } from './unsettled-entry.js';

const READ = 'read a legal hold';
const LIST = 'list legal holds';

/** Each erasure leaves a record, which the list has to read too. */
const READ_AT_ONCE = 16;

const DECISION = z.looseObject({
  reason: z.string().exactOptional(),
  by: z.string().exactOptional(),
  at: z.string(),
});

const RECORD = z
  .looseObject({
    version: z.literal(1),
    organizationNumber: z.string(),
    reference: z.string(),
    placed: z
      .looseObject({ reason: z.string(), by: z.string().exactOptional(), at: z.string() })
      .exactOptional(),
    released: DECISION.exactOptional(),
    /** The job is going to be erased: no later record follows. */
    erasure: DECISION.exactOptional(),
  })
  .refine(({ placed, erasure }) => placed !== undefined || erasure !== undefined);

type HoldRecord = z.infer<typeof RECORD>;

/** A record and its number; 0: there is none. */
interface NewestRecord {
  readonly number: number;
  readonly record?: HoldRecord;
}

const FILE = /^(.+)\/([1-9][0-9]*)\.json$/u;

/**
 * Stores every placed and every released hold as `{organisation}/{digest of the reference}/{number}.json`, created
 * exclusively; the highest number counts. So does an erasure: of it and a hold at the same time, one comes first.
 */
export class StoredHolds implements LegalHolds {
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
  }

  async place({ organizationNumber, reference, ...placed }: LegalHold): Promise<LegalHold> {
    for (;;) {
      const { number, record } = await this.#newestOf({ organizationNumber, reference });
      const inForce = record && holdOf(record);
      if (inForce !== undefined) {
        // The process that wrote it may have been killed before it synced the name.
        await this.#files.ensureDurable(pathOf(inForce, number), READ);
        return inForce;
      }
      if (record?.erasure !== undefined)
        throw new JobErasedError(reference, record.erasure, { isComplete: false });
      const next: HoldRecord = { version: 1, organizationNumber, reference, placed };
      if (await this.#write(next, number + 1)) return { organizationNumber, reference, ...placed };
    }
  }

  async release({ organizationNumber, reference, ...released }: HoldRelease): Promise<LegalHold | undefined> {
    for (;;) {
      const { number, record } = await this.#newestOf({ organizationNumber, reference });
      const inForce = record && holdOf(record);
      if (record === undefined || inForce === undefined) return undefined;
      if (await this.#write({ ...record, released }, number + 1)) return inForce;
    }
  }

  async preclude(
    { organizationNumber, reference }: LedgerKey,
    { at, by, reason }: Erasure,
  ): Promise<LegalHold | undefined> {
    const erasure = { at, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
    for (;;) {
      const { number, record } = await this.#newestOf({ organizationNumber, reference });
      if (record?.erasure !== undefined) return undefined;
      const inForce = record && holdOf(record);
      if (inForce !== undefined) return inForce;
      const next: HoldRecord = { version: 1, organizationNumber, reference, erasure };
      if (await this.#write(next, number + 1)) return undefined;
    }
  }

  async find(key: LedgerKey): Promise<LegalHold | undefined> {
    const { record } = await this.#newestOf(key);
    return record && holdOf(record);
  }

  async *list(): AsyncGenerator<ListedHold> {
    const newest = new Map<string, number>();
    for await (const { path } of this.#files.list('', LIST)) {
      const [, folder, number] = FILE.exec(path) ?? [];
      if (folder !== undefined) newest.set(folder, Math.max(Number(number), newest.get(folder) ?? 0));
    }
    yield* readAhead(newest, ([folder, number]) => this.#readListed(folder, number), READ_AT_ONCE);
  }

  async #readListed(folder: string, number: number): Promise<ListedHold | undefined> {
    try {
      const record = await this.#read(`${folder}/${number}.json`);
      const hold = record && holdOf(record);
      return hold && { hold };
    } catch (error) {
      if (!isFaultOfOneEntry(error)) throw error;
      const [organization = '', name = ''] = folder.split('/');
      return { unreadable: error, of: { organization, name } };
    }
  }

  async #newestOf(key: LedgerKey): Promise<NewestRecord> {
    let number = 0;
    for await (const { path } of this.#files.list(folderOf(key), READ)) {
      number = Math.max(number, Number(FILE.exec(path)?.[2] ?? 0));
    }
    const record = number === 0 ? undefined : await this.#read(pathOf(key, number));
    return { number, ...(record && { record }) };
  }

  async #read(path: string): Promise<HoldRecord | undefined> {
    const content = await this.#files.read(path, READ);
    if (content === undefined) return undefined;
    return parseStoredJson(Buffer.from(content).toString('utf8'), RECORD, `the legal hold holds/${path}`);
  }

  /** @returns false when another process wrote this number first */
  #write(record: HoldRecord, number: number): Promise<boolean> {
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    return this.#files.writeIfAbsent(pathOf(record, number), text, { attempt: 'write a legal hold' });
  }
}

function holdOf({ organizationNumber, reference, placed, released }: HoldRecord): LegalHold | undefined {
  if (released !== undefined || placed === undefined) return undefined;
  const { reason, by, at } = placed;
  return { organizationNumber, reference, reason, ...(by !== undefined && { by }), at };
}

/** References are case-sensitive and some file systems are not. */
function folderOf({ organizationNumber, reference }: LedgerKey): string {
  return `${encodePathName(organizationNumber)}/${digestName(reference)}`;
}

function pathOf(key: LedgerKey, number: number): string {
  return `${folderOf(key)}/${number}.json`;
}
