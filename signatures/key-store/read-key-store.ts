import type { EnterpriseCertificate } from '../enterprise-certificate.js';
import { chooseCertificate } from './choose-certificate.js';
import { nameFileFormat } from './file-format.js';
import type { KeyStoreContent } from './key-store-content.js';
import { damagedEntry, KeyStoreProblem } from './key-store-problem.js';
import { isPem } from './pem-blocks.js';
import { readPem } from './read-pem.js';
import { readPkcs12 } from './read-pkcs12.js';

const EXPORT = 'use the file in which the certificate was delivered, or export it again';

/** A key store file. */
export interface KeyStoreFile {
  readonly content: Uint8Array;
  readonly password?: string | undefined;
}

/** The usable certificate of a key store, or why there is none. */
export type KeyStoreOutcome = { readonly certificate: EnterpriseCertificate } | { readonly reason: string };

/** Reads a key store of any format and chooses its certificate. Synchronous; can take seconds. */
export function readKeyStore({ content, password }: KeyStoreFile): KeyStoreOutcome {
  try {
    const format = nameFileFormat(content);
    if (isPem(content)) {
      const found = readPem(content, password);
      if (isEmpty(found))
        throw new KeyStoreProblem(`it contains no private key: it is ${format ?? 'unknown'}; ${EXPORT}`);
      return { certificate: chooseCertificate(found) };
    }
    if (format === 'PKCS#12') return { certificate: chooseCertificate(readPkcs12(content, password)) };
    const found = format === undefined ? '' : `, it is ${format}`;
    throw new KeyStoreProblem(`it is neither PKCS#12 (.p12, .pfx) nor PEM${found}; ${EXPORT}`);
  } catch (error) {
    if (error instanceof KeyStoreProblem) return { reason: error.message };
    return { reason: damagedEntry().message };
  }
}

function isEmpty({ keys, certificates, problems }: KeyStoreContent): boolean {
  return keys.length + certificates.length + problems.length === 0;
}
