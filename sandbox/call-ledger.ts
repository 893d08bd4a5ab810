import { join } from 'node:path';
import type { HoldMoment } from './holds.js';
import type { Operation } from './operations.js';
import { openAppendOnlyFile, type AppendOnlyFile } from './state/append-only-file.js';

/** One API call and its result. */
export interface LedgerEntry {
  /** Counts from 1, in the order in which the calls ended. */
  readonly number: number;
  /** When the call was complete, by the sandbox's clock, ISO 8601. */
  readonly at: string;
  /** The same by the real clock: to compare with the times of files. */
  readonly receivedAt: string;
  /** When its effect was on disk, by the real clock; the answer left later. */
  readonly settledAt: string;
  /** Absent: the call named no operation of the API. */
  readonly operation?: Operation;
  readonly method: string;
  readonly path: string;
  /** The organisation of the caller's certificate. */
  readonly organizationNumber: string;
  readonly signatureJobId?: string;
  /** The polled queue; empty: the default queue. */
  readonly pollingQueue?: string;
  /**
   * The response before faults that happen after the effect. Absent: the call was held before it took effect, and its
   * client disconnected.
   */
  readonly answer?: LedgerAnswer;
  /** Where the call was held. */
  readonly held?: HoldMoment;
  /** The name of the fault that affected the call. */
  readonly fault?: string;
}

/** A summary of a response. */
export interface LedgerAnswer {
  readonly status: number;
  readonly errorCode?: string;
  /** Length of the body, in bytes. */
  readonly size: number;
  /** Digest of the body as lower-case hexadecimal; absent without a body. */
  readonly sha256?: string;
  /** The version of the job's state that was delivered or confirmed. */
  readonly changeVersion?: number;
}

/** Every API call that ended, written to disk before it is answered. */
export class CallLedger {
  readonly #file: AppendOnlyFile;
  readonly #entries: LedgerEntry[];

  private constructor(file: AppendOnlyFile) {
    this.#file = file;
    this.#entries = file.lines.map((line) => JSON.parse(line) as LedgerEntry);
  }

  static async open(stateFolder: string): Promise<CallLedger> {
    return new CallLedger(await openAppendOnlyFile(join(stateFolder, 'ledger.jsonl')));
  }

  async append(call: Omit<LedgerEntry, 'number'>): Promise<void> {
    const entry = { number: this.#entries.length + 1, ...call };
    this.#entries.push(entry);
    await this.#file.append(JSON.stringify(entry));
  }

  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  ofJob(signatureJobId: string): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => entry.signatureJobId === signatureJobId);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
