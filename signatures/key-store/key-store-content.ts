import type { KeyObject, X509Certificate } from 'node:crypto';

/** What was found in a key store, in the order of the file. */
export interface KeyStoreContent {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
  /** Why further keys and certificates cannot be read, each with the next step. */
  readonly problems: readonly string[];
}

/** Gathers what is readable; an entry that is not does not hide the others. */
export class KeyStoreContentBuilder {
  readonly keys: KeyObject[] = [];
  readonly certificates: X509Certificate[] = [];
  readonly problems: string[] = [];
}
