import { join } from 'node:path';
import type { LedgerEntry, LedgerKey } from '../reference-ledger.js';
import { digestName, encodePathName } from '../path-name.js';

/**
 * The ledger's folders. `{organisation}/references/{digest of the reference}/{revision}.json` holds entries.
 * `{organisation}/jobs/{flow}/{job id}/{digest of the reference}/` finds an entry by its job.
 * `{organisation}/unsettled/{digest of the reference}/` is the index of unsettled entries. References are
 * case-sensitive and some file systems are not, hence the digest; the entry contains the reference.
 */
export class LedgerFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Its subfolders are the organisations, encoded as path names. */
  get organizations(): string {
    return this.#root;
  }

  /** Its subfolders are an organisation's unsettled entries. */
  unsettled(organization: string): string {
    return join(this.#root, organization, 'unsettled');
  }

  /** Marks an entry as unsettled: an empty folder, like a {@link pointer}. */
  marker({ organizationNumber, reference }: LedgerKey): string {
    return join(this.unsettled(encodePathName(organizationNumber)), digestName(reference));
  }

  /** The folder of an entry's revisions. */
  entry({ organizationNumber, reference }: LedgerKey): string {
    return this.entryByName(encodePathName(organizationNumber), digestName(reference));
  }

  entryByName(organization: string, name: string): string {
    return join(this.#root, organization, 'references', name);
  }

  /** Its subfolders name the candidate entries of a job. */
  job(organization: string, flow: LedgerEntry['flow'], signatureJobId: string): string {
    return join(this.#root, organization, 'jobs', encodePathName(flow), encodePathName(signatureJobId));
  }

  /** Points from a job to its entry. An empty folder, because creating one is a single atomic step. */
  pointer({ organizationNumber, reference, flow }: LedgerEntry, signatureJobId: string): string {
    const organization = encodePathName(organizationNumber);
    return join(this.job(organization, flow, signatureJobId), digestName(reference));
  }
}
