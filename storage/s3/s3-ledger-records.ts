import { formatLedgerEntry } from '../ledger-entry.js';
import type { EntryPlace, LedgerRecords, UnsettledPosition } from '../ledger-records.js';
import { digestName, encodePathName } from '../path-name.js';
import type { RetainedFile } from '../job-erasure.js';
import type { LedgerEntry, LedgerKey } from '../reference-ledger.js';
import { StorageUnavailableError } from '../errors.js';
import type { S3Bucket } from './s3-bucket.js';
import { hasStatus } from './s3-error.js';
import { S3Writes } from './s3-writes.js';

const REVISION = /^([1-9][0-9]*)\.json$/u;

/**
 * Revisions as `ledger/{organisation}/references/{digest of the reference}/{revision}.json`; pointers and markers as
 * empty objects, `…/jobs/{flow}/{job id}/{digest}` and `…/unsettled/{digest}`.
 */
export class S3LedgerRecords implements LedgerRecords {
  readonly #bucket: S3Bucket;
  readonly #writes: S3Writes;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
    this.#writes = new S3Writes(bucket);
  }

  async newestText({ organization, name, what }: EntryPlace): Promise<string | undefined> {
    const folder = entryFolder(organization, name);
    const attempt = 'read a ledger entry';
    let newest = 0;
    for await (const { path } of this.#bucket.list(folder, attempt)) {
      newest = Math.max(newest, Number(REVISION.exec(path.slice(folder.length))?.[1] ?? 0));
    }
    if (newest === 0) return undefined;
    const content = await this.#bucket.get(`${folder}${newest}.json`, attempt).catch((error: unknown) => {
      const { cause } = error as { readonly cause?: unknown };
      // It was listed just now, so the rights on this object alone are missing, such as those on its KMS key.
      if (!hasStatus(cause, 403)) throw error;
      throw unreadable(what, {
        reason: 'the S3 server refuses this process to read its object',
        nextStep: 'Check the rights on the object and on the KMS key it is encrypted with.',
        cause,
      });
    });
    if (content !== undefined) return Buffer.from(content).toString('utf8');
    // Not "no entry", with which the reference could be claimed again.
    throw unreadable(what, {
      reason: 'the S3 server lists its object and does not find it',
      nextStep: 'Repeat the call. If the object stays away, restore it from a backup or an earlier version.',
    });
  }

  write(entry: LedgerEntry): Promise<boolean> {
    return this.#writes.create(revisionOf(entry), formatLedgerEntry(entry), {
      attempt: 'write a ledger entry',
    });
  }

  async emptyBefore(entry: LedgerEntry): Promise<readonly RetainedFile[]> {
    const folder = entryFolder(organizationOf(entry), digestName(entry.reference));
    const attempt = 'erase a ledger entry';
    const retained: RetainedFile[] = [];
    for await (const { path, size } of this.#bucket.list(folder, attempt)) {
      if (Number(REVISION.exec(path.slice(folder.length))?.[1] ?? entry.revision) >= entry.revision) continue;
      if (size > 0) await this.#writes.replace(path, new Uint8Array(), { attempt });
      const until = await this.#bucket.eraseHidden(path, attempt);
      if (until !== undefined) retained.push({ name: 'ledger entry', until });
    }
    return retained;
  }

  /** S3 answers a write when it is durable. */
  ensureDurable(): Promise<void> {
    return Promise.resolve();
  }

  async mark(key: LedgerKey): Promise<void> {
    await this.#writes.create(markerOf(key), '', { attempt: 'index an unsettled reference' });
  }

  unmark(key: LedgerKey): Promise<void> {
    return this.#bucket.delete(markerOf(key), 'take a settled reference out of the index');
  }

  async *markedAfter(start: string): AsyncGenerator<UnsettledPosition> {
    const attempt = 'list unsettled references';
    const [startOrganization = '', startName = ''] = start.split('/');
    for await (const organization of this.#bucket.folders('ledger/', attempt)) {
      if (organization < startOrganization) continue;
      const folder = `ledger/${organization}/unsettled/`;
      const after = organization === startOrganization ? `${folder}${startName}` : undefined;
      for await (const { path } of this.#bucket.list(folder, attempt, after)) {
        const name = path.slice(folder.length);
        yield { organization, name, position: `${organization}/${name}` };
      }
    }
  }

  async point(entry: LedgerEntry, signatureJobId: string): Promise<void> {
    const pointer = `${jobFolder(organizationOf(entry), entry.flow, signatureJobId)}${digestName(entry.reference)}`;
    await this.#writes.create(pointer, '', { attempt: 'index a signature job' });
  }

  async pointedBy(
    organization: string,
    flow: LedgerEntry['flow'],
    signatureJobId: string,
  ): Promise<readonly string[]> {
    const folder = jobFolder(organization, flow, signatureJobId);
    const names: string[] = [];
    for await (const { path } of this.#bucket.list(folder, 'look up a signature job')) {
      names.push(path.slice(folder.length));
    }
    return names;
  }
}

function unreadable(
  what: string,
  found: { readonly reason: string; readonly nextStep: string; readonly cause?: unknown },
): StorageUnavailableError {
  return new StorageUnavailableError({ attempt: `read ${what}`, ...found, isOfOneEntry: true });
}

function organizationOf({ organizationNumber }: LedgerKey): string {
  return encodePathName(organizationNumber);
}

function entryFolder(organization: string, name: string): string {
  return `ledger/${organization}/references/${name}/`;
}

function revisionOf(entry: LedgerEntry): string {
  return `${entryFolder(organizationOf(entry), digestName(entry.reference))}${entry.revision}.json`;
}

function markerOf(key: LedgerKey): string {
  return `ledger/${organizationOf(key)}/unsettled/${digestName(key.reference)}`;
}

function jobFolder(organization: string, flow: LedgerEntry['flow'], signatureJobId: string): string {
  return `ledger/${organization}/jobs/${encodePathName(flow)}/${encodePathName(signatureJobId)}/`;
}
