import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A document package as it is about to be sent. It holds personal data: documents, and who signs them. */
export interface OutgoingDocumentPackage {
  readonly flow: 'DIRECT' | 'PORTAL';
  /** The sender's organisation number. */
  readonly organizationNumber: string;
  readonly reference?: string;
  /** The ASiC-E file: a ZIP. */
  readonly content: Uint8Array;
}

/** Called with each document package before it is sent. */
export type DocumentPackageHook = (outgoing: OutgoingDocumentPackage) => Promise<void> | void;

/**
 * Writes each document package into a folder, as `{time}-{organisation}-{reference}-{id}.asice`, readable by its owner
 * alone. For diagnosing a problem: delete the files afterwards, because they hold personal data.
 */
export function dumpDocumentPackages(folder: string): DocumentPackageHook {
  return async ({ organizationNumber, reference, content }) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const time = new Date().toISOString().replaceAll(':', '');
    const named = reference === undefined ? [] : [encodeURIComponent(reference).replaceAll('.', '%2E')];
    const name = [time, organizationNumber, ...named, randomUUID().slice(0, 8)].join('-');
    await writeFile(join(folder, `${name}.asice`), content, { flag: 'wx', mode: 0o600 });
  };
}
