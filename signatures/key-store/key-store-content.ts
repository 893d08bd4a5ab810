import type { KeyObject, X509Certificate } from 'node:crypto';

/** Content of a key store, in the order of the file. */
export interface KeyStoreContent {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
  /** Why other keys and certificates are unreadable, each with the next step. */
  readonly problems: readonly string[];
}

/** Collects the readable entries; an unreadable entry does not hide the others. */
export class KeyStoreContentBuilder {
  readonly keys: KeyObject[] = [];
  readonly certificates: X509Certificate[] = [];
  readonly problems: string[] = [];
}
