import { hash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { Integer } from 'asn1js';
import { hmacDigestOf, unreadable, type Digest } from './algorithms.js';
import { integerOf, membersOf, octetsOf, oidOf, type Asn1Element } from './asn1-elements.js';
import { KeyStoreProblem } from './key-store-problem.js';
import type { PasswordForm } from './password-form.js';

/**
 * Total limit. Programs use 2,000 to 600,000 rounds for each key, group of certificates and integrity check. This
 * number takes less than half a minute on a slow machine.
 */
const MAX_ROUNDS = 10_000_000;
/** OpenSSL's default for scrypt needs 16 MiB. */
const MAX_SCRYPT_BYTES = 256 * 1024 ** 2;
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const HMAC_SHA1 = '1.2.840.113549.2.7';
/** No cipher or HMAC needs a longer key. */
const MAX_KEY_BYTES = 128;

/** Purposes of derived keys. Spec: RFC 7292, B.3. */
export const PKCS12_PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/** Derives keys from passwords, with a limit of total work. */
export class KeyDerivation {
  #rounds = 0;

  /** Spec: RFC 7292, B.2. @throws KeyStoreProblem */
  pkcs12(options: {
    readonly password: PasswordForm;
    readonly salt: Buffer;
    readonly rounds: number;
    readonly digest: Digest;
    readonly purpose: number;
    readonly bytes: number;
  }): Buffer {
    const { digest, salt, rounds } = options;
    this.#spend(rounds);
    const { name, blockBytes } = digest;
    const stretched = (value: Buffer): Buffer =>
      Buffer.alloc(Math.ceil(value.length / blockBytes) * blockBytes, value);
    const diversifier = Buffer.alloc(blockBytes, options.purpose);
    const input = Buffer.concat([stretched(salt), stretched(options.password.utf16)]);
    const parts: Buffer[] = [];
    for (let length = 0; length < options.bytes;) {
      let part = hash(name, Buffer.concat([diversifier, input]), 'buffer');
      for (let round = 1; round < rounds; round += 1) part = hash(name, part, 'buffer');
      parts.push(part);
      length += part.length;
      if (length < options.bytes) this.#spend(rounds);
      addToBlocks(input, Buffer.alloc(blockBytes, part));
    }
    return Buffer.concat(parts).subarray(0, options.bytes);
  }

  /** By PBKDF2 or scrypt, as an AlgorithmIdentifier says. Spec: RFC 8018, A.2; RFC 7914, 7. @throws KeyStoreProblem */
  named(algorithm: Asn1Element | undefined, password: PasswordForm, defaultBytes: number): Buffer {
    const [oid, parameters] = membersOf(algorithm);
    if (oidOf(oid) === PBKDF2) return this.#pbkdf2(membersOf(parameters), password, defaultBytes);
    if (oidOf(oid) === SCRYPT) return this.#scrypt(membersOf(parameters), password, defaultBytes);
    return unreadable(oidOf(oid), 'its key derivation uses');
  }

  #pbkdf2(
    [salt, rounds, ...rest]: readonly Asn1Element[],
    { bytes }: PasswordForm,
    defaultBytes: number,
  ): Buffer {
    const [length] = rest.filter((member) => member instanceof Integer);
    const pseudoRandomFunction = rest.find((member) => !(member instanceof Integer));
    const digest = hmacDigestOf(
      pseudoRandomFunction === undefined ? HMAC_SHA1 : oidOf(membersOf(pseudoRandomFunction)[0]),
    );
    const keyBytes = keyLengthOf(length, defaultBytes);
    // A key of at most 128 bytes needs seven blocks of SHA-1, each with all rounds.
    this.#spend(integerOf(rounds), Math.ceil(keyBytes / 20));
    return pbkdf2Sync(bytes, octetsOf(salt), integerOf(rounds), keyBytes, digest);
  }

  #scrypt(
    [salt, cost, blockSize, parallelization, length]: readonly Asn1Element[],
    { bytes }: PasswordForm,
    defaultBytes: number,
  ): Buffer {
    const [N, r, p] = [integerOf(cost), integerOf(blockSize), integerOf(parallelization)];
    if (128 * N * r > MAX_SCRYPT_BYTES || p > 16) {
      throw new KeyStoreProblem('its key derivation (scrypt) requires too much memory; export it again');
    }
    return scryptSync(bytes, octetsOf(salt), keyLengthOf(length, defaultBytes), {
      N,
      r,
      p,
      maxmem: MAX_SCRYPT_BYTES + 1024 ** 2,
    });
  }

  #spend(rounds: number, times = 1): void {
    this.#rounds += rounds * times;
    if (rounds >= 1 && this.#rounds <= MAX_ROUNDS) return;
    throw new KeyStoreProblem(
      `it requires ${rounds} rounds of key derivation, and at most ${MAX_ROUNDS} in total are accepted; export it again with fewer`,
    );
  }
}

function keyLengthOf(element: Asn1Element | undefined, defaultBytes: number): number {
  const bytes = element === undefined ? defaultBytes : integerOf(element);
  if (bytes === 0) throw new KeyStoreProblem('its key derivation names no key length; export it again');
  if (bytes > MAX_KEY_BYTES) {
    throw new KeyStoreProblem(`its key derivation requires a key of ${bytes} bytes; export it again`);
  }
  return bytes;
}

/** Each block of `blocks` becomes (block + addend + 1) modulo 2^(8·v). Spec: RFC 7292, B.2, step 6C. */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1;
    for (let at = addend.length - 1; at >= 0; at -= 1) {
      const sum = (blocks[start + at] ?? 0) + (addend[at] ?? 0) + carry;
      blocks[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
