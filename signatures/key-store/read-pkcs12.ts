import { X509Certificate } from 'node:crypto';
import {
  bytesOf,
  isTagged,
  membersOf,
  octetsOf,
  oidOf,
  readElement,
  type Asn1Element,
} from './asn1-elements.js';
import { decryptWithPassword } from './decrypt-with-password.js';
import { KeyDerivation } from './key-derivation.js';
import { KeyStoreContentBuilder, type KeyStoreContent } from './key-store-content.js';
import { damagedEntry, KeyStoreProblem } from './key-store-problem.js';
import { passwordFormsOf, type PasswordForm } from './password-form.js';
import { formsThatFit } from './pkcs12-integrity.js';
import { readEncryptedPkcs8, readPkcs8 } from './read-private-key.js';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAG = '1.2.840.113549.1.12.10.1.';
/** Limit of nesting; programs do not nest containers. */
const MAX_DEPTH = 4;

/**
 * Reads every private key and certificate of a PKCS#12 file (.p12, .pfx). The available libraries do not suffice:
 * node-forge supports neither PBMAC1 nor keys other than RSA, pkijs no encryption except PBES2, and Node's TLS does
 * not export keys.
 *
 * Spec: RFC 7292
 * @throws KeyStoreProblem
 */
export function readPkcs12(content: Uint8Array, password: string | undefined): KeyStoreContent {
  return new Pkcs12Reader(password).read(readElement(content));
}

class Pkcs12Reader {
  readonly #found = new KeyStoreContentBuilder();
  readonly #derivation = new KeyDerivation();
  readonly #password: string | undefined;
  #forms: readonly PasswordForm[];

  constructor(password: string | undefined) {
    this.#password = password;
    this.#forms = passwordFormsOf(password);
  }

  read(pfx: Asn1Element): KeyStoreContent {
    const [, authenticatedSafe, macData] = membersOf(pfx);
    const [contentType, wrapped] = membersOf(authenticatedSafe);
    if (oidOf(contentType) !== DATA) {
      throw new KeyStoreProblem(
        'it is protected with a certificate instead of a password; export it again with a password',
      );
    }
    const content = octetsOf(membersOf(wrapped)[0]);
    this.#forms = formsThatFit(macData, content, this.#forms, this.#derivation);
    if (this.#forms.length === 0) throw new KeyStoreProblem(this.#wrongPassword());
    for (const part of membersOf(readElement(content))) this.#tolerate(() => this.#readPart(part));
    return this.#found;
  }

  #readPart(part: Asn1Element): void {
    const [type, wrapped] = membersOf(part);
    const [value] = membersOf(wrapped);
    if (oidOf(type) === DATA) {
      this.#readBags(readElement(octetsOf(value)), 0);
      return;
    }
    if (oidOf(type) !== ENCRYPTED_DATA) {
      throw new KeyStoreProblem(
        'a part of it is encrypted for a certificate; export it again with a password',
      );
    }
    const [, algorithm, ciphertext] = membersOf(membersOf(value)[1]);
    const plain = decryptWithPassword(
      { algorithm, ciphertext: octetsOf(ciphertext) },
      this.#forms,
      this.#derivation,
    );
    if (plain === undefined) throw new KeyStoreProblem(this.#wrongPassword());
    this.#readBags(readElement(plain), 0);
  }

  #readBags(bags: Asn1Element, depth: number): void {
    for (const bag of membersOf(bags)) this.#tolerate(() => this.#readBag(bag, depth));
  }

  #readBag(bag: Asn1Element, depth: number): void {
    const [type, wrapped] = membersOf(bag);
    const [value] = membersOf(wrapped);
    switch (oidOf(type)) {
      case `${BAG}1`:
        this.#found.keys.push(readPkcs8(bytesOf(value)));
        return;
      case `${BAG}2`: {
        const [algorithm, ciphertext] = membersOf(value);
        const encrypted = { algorithm, ciphertext: octetsOf(ciphertext) };
        const key = readEncryptedPkcs8(encrypted, this.#forms, this.#derivation);
        if (key === undefined) throw new KeyStoreProblem(this.#wrongPassword());
        this.#found.keys.push(key);
        return;
      }
      case `${BAG}3`: {
        const tagged = membersOf(value).find((member) => isTagged(member, 0));
        this.#found.certificates.push(new X509Certificate(octetsOf(membersOf(tagged)[0])));
        return;
      }
      case `${BAG}6`:
        if (depth < MAX_DEPTH && value !== undefined) this.#readBags(value, depth + 1);
        return;
      // Revocation lists and secrets are not needed.
    }
  }

  /** An unreadable entry does not hide the others. */
  #tolerate(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#found.problems.push((error instanceof KeyStoreProblem ? error : damagedEntry()).message);
    }
  }

  #wrongPassword(): string {
    return this.#password === undefined || this.#password === ''
      ? 'it is protected and no password was given; set the password that the file was exported with'
      : 'it cannot be opened, most likely because the password is wrong; check the password';
  }
}
