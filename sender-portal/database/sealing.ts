import { createHmac, hkdfSync } from 'node:crypto';
import { createFileCipher, type EncryptionKeys } from '@signering/encryption';
import { SigningError } from '@signering/schema';

/** What a job is found by. */
export type SearchKind = 'REFERENCE' | 'NUMBER' | 'EMAIL' | 'MOBILE' | 'PERSON' | 'SUBJECT';

/** Encrypts what the database holds of persons, and makes the keyed hashes by which it is found. */
export interface Sealing {
  /** The id of the first key, which encrypts and hashes. */
  readonly keyId: string;
  /** The first bytes of everything that the first key encrypts. */
  readonly start: Buffer;
  /** @param place names the column and row: content that is moved elsewhere is not opened */
  sealJson(place: string, value: unknown): Buffer;
  /** @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED */
  openJson(place: string, sealed: Buffer): unknown;
  seal(place: string, content: Uint8Array): Buffer;
  /** @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED */
  open(place: string, sealed: Buffer): Buffer;
  /** The hash to store, under the first key. */
  hashOf(kind: SearchKind, text: string): string;
  /** The hashes to look for, under every key. */
  hashesOf(kind: SearchKind, text: string): readonly string[];
}

// Frozen at the first release.
const PURPOSE = 'signering-workflows: sender portal, search hash, version 1';

/** Where the id of the key begins in what is encrypted. The byte before is its length. */
export const KEY_ID_AT = 9;

export function createSealing(keys: EncryptionKeys): Sealing {
  const cipher = createFileCipher({ keys, encrypts: true });
  const secrets = keys.map(({ secret }) => Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32)));
  const [first] = secrets;
  const [key] = keys;
  if (first === undefined) throw new TypeError('There is no key.');
  const at = (place: string) => ({
    path: `sender-portal/${place}`,
    damaged: (found: string) =>
      new SigningError('STORED_CONTENT_DAMAGED', `The portal's database holds ${place}, which ${found}.`),
  });
  const seal = (place: string, content: Uint8Array): Buffer => Buffer.from(cipher.seal(at(place), content));
  const open = (place: string, sealed: Buffer): Buffer => {
    const opened = Buffer.from(cipher.open(at(place), new Uint8Array(sealed)));
    // Storage may hold files of a time without encryption; the database never does.
    if (opened.equals(sealed)) throw at(place).damaged('is not encrypted');
    return opened;
  };
  const hash = (secret: Buffer, kind: SearchKind, text: string): string =>
    createHmac('sha256', secret)
      .update(`${kind}\0${normalised(kind, text)}`)
      .digest('base64url');
  return {
    keyId: key.id,
    // Magic bytes, the length of the id, and the id; random bytes follow.
    start: seal('', Buffer.alloc(0)).subarray(0, KEY_ID_AT + key.id.length),
    seal,
    open,
    sealJson: (place, value) => seal(place, Buffer.from(JSON.stringify(value))),
    openJson: (place, sealed) => JSON.parse(open(place, sealed).toString('utf8')) as unknown,
    hashOf: (kind, text) => hash(first, kind, text),
    hashesOf: (kind, text) => secrets.map((secret) => hash(secret, kind, text)),
  };
}

/**
 * Texts are the same in each Unicode form, numbers with blanks and hyphens, and a mobile number without the country code
 * of Norway.
 */
function normalised(kind: SearchKind, text: string): string {
  if (kind === 'SUBJECT') return text;
  const composed = text.normalize('NFC');
  const isNumber = kind === 'NUMBER' || kind === 'MOBILE';
  const compact = composed.replaceAll(isNumber ? /[\s-]/gu : /\s/gu, '').toLowerCase();
  if (kind === 'MOBILE') return compact.replace(/^(?:\+|00)/u, '').replace(/^47(?=\d{8}$)/u, '');
  return kind === 'REFERENCE' ? composed.trim().toLowerCase() : compact;
}
