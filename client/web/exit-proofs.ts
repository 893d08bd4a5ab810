import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKeys } from '@signering/encryption';
import { EXIT_PATHS, type Exit } from './exit-urls.js';

/** Separates this key from every other key that is derived from the same secret. Frozen at the first release. */
const KEY_LABEL = 'signering-workflows: exit URL proof, version 1';
const KEY_BYTES = 32;
/** 128 bits: 22 characters of base64url. */
const PROOF_BYTES = 16;

/** The exit URL that a proof belongs to. */
export interface JobExit {
  readonly exit: Exit;
  readonly reference: string;
}

/** The argument of {@link ExitProofs}. */
export interface ExitProofsOptions {
  /** The sender, nine digits. */
  readonly organizationNumber: string;
  /** The current key makes proofs; every key verifies them. */
  readonly keys: EncryptionKeys;
}

/**
 * Makes and verifies the proof in an exit URL: an HMAC-SHA256 over organisation, reference and exit, under a key that
 * HKDF-SHA256 derives from an encryption key. Only holders of the keys can make an exit URL that has one.
 */
export class ExitProofs {
  readonly #organizationNumber: string;
  /** The current key first. */
  readonly #keys: readonly Uint8Array[];

  constructor({ organizationNumber, keys }: ExitProofsOptions) {
    this.#organizationNumber = organizationNumber;
    this.#keys = keys.map(
      ({ secret }) => new Uint8Array(hkdfSync('sha256', secret, '', KEY_LABEL, KEY_BYTES)),
    );
  }

  /** The proof under the current key, as the URL holds it: 22 letters, digits, `-` and `_`. */
  of(exit: JobExit): string {
    const [current = new Uint8Array()] = this.#keys;
    return this.#mac(current, exit).toString('base64url');
  }

  /** True for a proof under any of the keys. Takes the same time for each wrong proof of the right length. */
  verify(exit: JobExit, proof: string): boolean {
    const given = Buffer.from(proof, 'base64url');
    // Node decodes leniently; only one spelling of a proof is accepted.
    if (given.byteLength !== PROOF_BYTES || given.toString('base64url') !== proof) return false;
    return this.#keys.map((key) => timingSafeEqual(this.#mac(key, exit), given)).includes(true);
  }

  #mac(key: Uint8Array, { exit, reference }: JobExit): Buffer {
    // A line feed cannot stand in any of the three.
    const message = [this.#organizationNumber, reference, EXIT_PATHS[exit]].join('\n');
    return createHmac('sha256', key).update(message, 'utf8').digest().subarray(0, PROOF_BYTES);
  }
}
