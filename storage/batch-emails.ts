import { z } from 'zod';
import type { BatchIdentity } from '@signering/contract';
import type { StoredFiles } from './stored-files.js';
import { folderOfBatch } from './stored-batches.js';
import { parseStoredJson } from './stored-json.js';

/** The emails about the ends of batches: each is sent by the one that claims it. No addresses. */
export interface BatchEmails {
  /**
   * Whether the email was sent, or is being sent; undefined: neither.
   * @param opened the release or cancellation that has ended, by its number in the batch's log
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(batch: BatchIdentity, opened: number): Promise<'SENT' | 'CLAIMED' | undefined>;
  /**
   * Records that the email is being sent: one of several callers may. Idempotent for the same claim.
   * @returns whether the claim stands
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  claim(batch: BatchIdentity, opened: number, claim: string): Promise<boolean>;
  /**
   * Removes this claim, if it stands: nothing was sent. Idempotent.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  release(batch: BatchIdentity, opened: number, claim: string): Promise<void>;
  /** Idempotent. @throws STORAGE_UNAVAILABLE (retryable) */
  recordSent(batch: BatchIdentity, opened: number): Promise<void>;
}

const READ = 'read whether an email about a batch was sent';
const WRITE = 'record an email about a batch';

const CLAIM = z.looseObject({ version: z.literal(1), claim: z.string() });

/**
 * Stores a claim beside the batch's log as `…/emails/{number of the opening event}.json`, and that the email was sent as
 * `…/emails/{number}-sent`. Both are created exclusively.
 */
export class StoredBatchEmails implements BatchEmails {
  readonly #files: StoredFiles;

  /** @param files of the area of batches */
  constructor(files: StoredFiles) {
    this.#files = files;
  }

  async find(batch: BatchIdentity, opened: number): Promise<'SENT' | 'CLAIMED' | undefined> {
    const { claimed, sent } = filesOf(batch, opened);
    if ((await this.#files.read(sent, READ)) !== undefined) return 'SENT';
    return (await this.#files.read(claimed, READ)) === undefined ? undefined : 'CLAIMED';
  }

  async claim(batch: BatchIdentity, opened: number, claim: string): Promise<boolean> {
    const { claimed } = filesOf(batch, opened);
    const text = `${JSON.stringify({ version: 1, claim })}\n`;
    if (await this.#files.writeIfAbsent(claimed, text, { attempt: WRITE })) return true;
    if ((await this.#claimIn(claimed)) !== claim) return false;
    // An earlier write of this claim had its effect, and may not be durable.
    await this.#files.ensureDurable(claimed, WRITE);
    return true;
  }

  async release(batch: BatchIdentity, opened: number, claim: string): Promise<void> {
    const { claimed } = filesOf(batch, opened);
    if ((await this.#claimIn(claimed)) === claim) await this.#files.remove(claimed, WRITE);
  }

  async recordSent(batch: BatchIdentity, opened: number): Promise<void> {
    await this.#files.writeIfAbsent(filesOf(batch, opened).sent, '', { attempt: WRITE });
  }

  async #claimIn(path: string): Promise<string | undefined> {
    const content = await this.#files.read(path, READ);
    if (content === undefined) return undefined;
    return parseStoredJson(Buffer.from(content).toString('utf8'), CLAIM, `the file batches/${path}`).claim;
  }
}

function filesOf(batch: BatchIdentity, opened: number): { readonly claimed: string; readonly sent: string } {
  const path = `${folderOfBatch(batch)}/emails/${opened}`;
  return { claimed: `${path}.json`, sent: `${path}-sent` };
}
