import { join } from 'node:path';
import type { Flow } from '@signering/contract';
import type { LedgerKey } from '../reference-ledger.js';
import { digestName, encodePathName } from './path-name.js';

/**
 * Where the ledger keeps what:
 * `{organisation}/references/{digest of the reference}/{revision}.json` and, to find an entry by its job,
 * `{organisation}/jobs/{flow}/{job id}/{digest of the reference}/`; and the index of unsettled entries,
 * `{organisation}/unsettled/{digest of the reference}/`.
 * References differ by case, which some disks do not see: hence the digest. The entry itself names the reference.
 */
export class LedgerFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The folder whose content names the organisations, as they are encoded for the disk. */
  get organizations(): string {
    return this.#root;
  }

  /** The folder whose content names an organisation's unsettled entries. */
  unsettled(organization: string): string {
    return join(this.#root, organization, 'unsettled');
  }

  /** Marks an entry as unsettled: an empty folder, as a {@link pointer} is. */
  marker({ organizationNumber, reference }: LedgerKey): string {
    return join(this.unsettled(encodePathName(organizationNumber)), digestName(reference));
  }

  /** The folder of an entry's revisions. */
  entry({ organizationNumber, reference }: LedgerKey): string {
    return this.entryByName(organizationNumber, digestName(reference));
  }

  entryByName(organizationNumber: string, name: string): string {
    return join(this.#root, encodePathName(organizationNumber), 'references', name);
  }

  /** The folder whose content names the entries that may stand for a job. */
  job(organizationNumber: string, flow: Flow, signatureJobId: string): string {
    return join(
      this.#root,
      encodePathName(organizationNumber),
      'jobs',
      encodePathName(flow),
      encodePathName(signatureJobId),
    );
  }

  /** Points from a job to its entry: an empty folder, because making one is a single durable step. */
  pointer(key: LedgerKey, flow: Flow, signatureJobId: string): string {
    return join(this.job(key.organizationNumber, flow, signatureJobId), digestName(key.reference));
  }
}
