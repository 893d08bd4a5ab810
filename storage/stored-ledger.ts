import type { Flow } from '@signering/contract';
import { JobErasedError, LedgerConflictError, ReferenceInUseError } from './errors.js';
import type { RetainedFile } from './job-erasure.js';
import { parseEntryNamed } from './ledger-entry.js';
import type { EntryPlace, LedgerRecords, UnsettledPosition } from './ledger-records.js';
import { digestName, encodePathName } from './path-name.js';
import { readAhead } from './read-ahead.js';
import type {
  ClaimEntryOptions,
  LedgerClaim,
  LedgerEntry,
  LedgerKey,
  LedgerProgress,
  RecordedErasure,
  ReferenceDigest,
  ReferenceLedger,
  UnsettledOptions,
} from './reference-ledger.js';
import {
  isFaultOfOneEntry,
  isSettledForGood,
  isUnsent,
  isUnsettled,
  isWithdrawn,
  mayBeCreated,
  type UnsettledReference,
} from './unsettled-entry.js';

/** Reads and writes of one claim. */
const MOST_CLAIMS = 10;
/** Reads of one entry, whose newest revision an erasure may empty in between. */
const MOST_READS = 3;

/** Stores every revision of an entry as a separate record, created exclusively; the highest revision counts. */
export class StoredLedger implements ReferenceLedger {
  readonly #records: LedgerRecords;

  constructor(records: LedgerRecords) {
    this.#records = records;
  }

  async claim(claim: LedgerClaim, options: ClaimEntryOptions = {}): Promise<LedgerEntry> {
    for (let writes = 1; ; writes += 1) {
      const existing = await this.find(claim);
      const entry = await this.#claimAfter(existing, claim, options);
      if (entry !== undefined) return entry;
      // Each refused write means a revision of another process, which the next read finds unless the storage is at fault.
      if (writes === MOST_CLAIMS)
        throw new LedgerConflictError(claim.reference, (existing?.revision ?? 0) + 1);
    }
  }

  /** @returns undefined when another process wrote the revision after our read: its entry counts */
  async #claimAfter(
    existing: LedgerEntry | undefined,
    claim: LedgerClaim,
    { leaveWithdrawn = false, renew = false }: ClaimEntryOptions,
  ): Promise<LedgerEntry | undefined> {
    if (existing === undefined) {
      const entry: LedgerEntry = {
        version: 1,
        revision: 1,
        ...claim,
        claimedAt: new Date().toISOString(),
        attempts: [],
      };
      await this.#records.mark(entry);
      return (await this.#records.write(entry)) ? entry : undefined;
    }
    const erased = JobErasedError.of(existing);
    if (erased !== undefined) throw erased;
    if (isWithdrawn(existing) && leaveWithdrawn) return existing;
    // No job was made of the content of a withdrawn row: it can be corrected.
    if (existing.contentDigest !== claim.contentDigest && !isWithdrawn(existing)) {
      throw new ReferenceInUseError(claim.reference, existing.claimedAt);
    }
    // The process that wrote it may have been killed before it synced the name, and the caller relies on it.
    await this.#records.ensureDurable(claim);
    if (isSettledForGood(existing)) return existing;
    await this.#records.mark(existing);
    // Another batch, or a single order, keeps its open row.
    const isRenewed = renew && isUnsent(existing) && existing.batch === claim.batch;
    if (isUnsettled(existing) && !isRenewed) return existing;
    const { abandoned: _, batch: _earlier, ...opened } = existing;
    const { batch, ...content } = claim;
    const next = {
      ...opened,
      ...(isWithdrawn(existing) && content),
      ...(batch !== undefined && { batch }),
      reopenedAt: new Date().toISOString(),
      revision: existing.revision + 1,
    };
    return (await this.#records.write(next)) ? next : undefined;
  }

  find({ organizationNumber, reference }: LedgerKey): Promise<LedgerEntry | undefined> {
    return this.#newest({
      organization: encodePathName(organizationNumber),
      name: digestName(reference),
      what: `the ledger entry of reference "${reference}"`,
    });
  }

  findByDigest({ organization, name }: ReferenceDigest): Promise<LedgerEntry | undefined> {
    return this.#newest({ organization, name, what: `the ledger entry of the digest ${name}` });
  }

  async findByJobId(
    organizationNumber: string,
    flow: Flow,
    signatureJobId: string,
  ): Promise<LedgerEntry | undefined> {
    const organization = encodePathName(organizationNumber);
    for (const name of await this.#records.pointedBy(organization, flow, signatureJobId)) {
      const what = `the ledger entry of signature job ${signatureJobId}`;
      const entry = await this.#newest({ organization, name, what });
      // A pointer alone proves nothing: it is written first, and its writer may have died before the entry.
      if (entry?.flow === flow && entry.created?.signatureJobId === signatureJobId) return entry;
    }
    return undefined;
  }

  async advance(entry: LedgerEntry, progress: Partial<LedgerProgress>): Promise<LedgerEntry> {
    const next: LedgerEntry = { ...entry, ...progress, revision: entry.revision + 1 };
    const { created } = next;
    if (created !== undefined && created.signatureJobId !== entry.created?.signatureJobId) {
      // The index is written first, so that a readable `created` implies that the entry can be found by its job, even
      // after a kill.
      await this.#records.point(next, created.signatureJobId);
    }
    if (!(await this.#records.write(next))) throw new LedgerConflictError(next.reference, next.revision);
    if (isSettledForGood(next)) await this.#records.unmark(next);
    return next;
  }

  async #newest(place: EntryPlace): Promise<LedgerEntry | undefined> {
    for (let reads = 1; ; reads += 1) {
      const text = await this.#records.newestText(place);
      if (text === undefined) return undefined;
      if (text !== '' || reads === MOST_READS) return parseEntryNamed(place.name, text, place.what);
    }
  }

  async erase(
    entry: LedgerEntry,
    erased: RecordedErasure,
    left: LedgerEntry['documents'],
  ): Promise<readonly RetainedFile[]> {
    const isWritten = entry.erased !== undefined && entry.documents.length === left.length;
    const last = isWritten ? entry : await this.#writeErased(entry, erased, left);
    await this.#records.unmark(last);
    return this.#records.emptyBefore(last);
  }

  async #writeErased(
    entry: LedgerEntry,
    erased: RecordedErasure,
    documents: LedgerEntry['documents'],
  ): Promise<LedgerEntry> {
    const { contentDigest: _, input: _input, erasing: _erasing, created, ...kept } = entry;
    const next: LedgerEntry = {
      ...kept,
      documents,
      ...(created && {
        created: { signatureJobId: created.signatureJobId, createdAt: created.createdAt },
      }),
      erased,
      revision: entry.revision + 1,
    };
    if (!(await this.#records.write(next))) throw new LedgerConflictError(next.reference, next.revision);
    return next;
  }

  unsettled({
    after = '',
    doubtful = false,
    atOnce = 1,
  }: UnsettledOptions = {}): AsyncIterable<UnsettledReference> {
    const marked = this.#records.markedAfter(after);
    return readAhead(marked, (position) => this.#readUnsettled(position, doubtful), atOnce);
  }

  async #readUnsettled(
    { organization, name, position }: UnsettledPosition,
    doubtful: boolean,
  ): Promise<UnsettledReference | undefined> {
    try {
      const entry = await this.findByDigest({ organization, name });
      // A marker without an entry: its claim is in progress, or its process was killed.
      if (entry === undefined) return undefined;
      if (isUnsettled(entry) || (doubtful && mayBeCreated(entry))) return { position, entry };
      if (isSettledForGood(entry) || entry.erased !== undefined) await this.#records.unmark(entry);
      return undefined;
    } catch (error) {
      if (!isFaultOfOneEntry(error)) throw error;
      return { position, unreadable: error };
    }
  }
}
