import { createHmac, timingSafeEqual } from 'node:crypto';
import { digestOf, hmacDigestOf } from './algorithms.js';
import { integerOf, membersOf, octetsOf, oidOf, type Asn1Element } from './asn1-elements.js';
import { PKCS12_PURPOSE, type KeyDerivation } from './key-derivation.js';
import { KeyStoreProblem } from './key-store-problem.js';
import type { PasswordForm } from './password-form.js';

const PBMAC1 = '1.2.840.113549.1.5.14';
/** RFC 9579 requires an explicit length. */
const NO_DEFAULT = 0;
/** In bytes. With a shorter key, wrong passwords pass the check. Spec: RFC 9579 recommends rejecting it. */
const SHORTEST_KEY = 20;

/**
 * The forms of a password that match a PKCS#12 file's integrity check; all forms if the file has no check.
 *
 * Spec: RFC 7292, 4 (MacData); RFC 9579 (PBMAC1)
 * @throws KeyStoreProblem naming an unsupported algorithm, or for too much key derivation
 */
export function formsThatFit(
  macData: Asn1Element | undefined,
  content: Buffer,
  forms: readonly PasswordForm[],
  derivation: KeyDerivation,
): readonly PasswordForm[] {
  if (macData === undefined) return forms;
  const [digestInfo, salt, rounds] = membersOf(macData);
  const [algorithm, expected] = membersOf(digestInfo);
  const [oid, parameters] = membersOf(algorithm);
  const macFor =
    oidOf(oid) === PBMAC1
      ? pbmac1(parameters, content, derivation)
      : ownMac({
          digestOid: oidOf(oid),
          salt: octetsOf(salt),
          rounds: rounds === undefined ? 1 : integerOf(rounds),
          content,
          derivation,
        });
  // Caches derivations: forms that differ only in unused parts have the same result.
  const known = new Map<string, boolean>();
  return forms.filter((form) => {
    const used = (oidOf(oid) === PBMAC1 ? form.bytes : form.utf16).toString('hex');
    const fits = known.get(used) ?? isEqual(macFor(form), octetsOf(expected));
    known.set(used, fits);
    return fits;
  });
}

function pbmac1(parameters: Asn1Element | undefined, content: Buffer, derivation: KeyDerivation) {
  const [keyDerivation, scheme] = membersOf(parameters);
  const digest = hmacDigestOf(oidOf(membersOf(scheme)[0]));
  return (form: PasswordForm): Buffer => {
    const key = derivation.named(keyDerivation, form, NO_DEFAULT);
    if (key.length < SHORTEST_KEY) {
      throw new KeyStoreProblem(
        `its integrity check has a key of ${key.length} bytes, and at least ${SHORTEST_KEY} are needed; export it again`,
      );
    }
    return createHmac(digest, key).update(content).digest();
  };
}

function ownMac(options: {
  readonly digestOid: string;
  readonly salt: Buffer;
  readonly rounds: number;
  readonly content: Buffer;
  readonly derivation: KeyDerivation;
}) {
  const { salt, rounds, content, derivation } = options;
  const digest = digestOf(options.digestOid);
  return (password: PasswordForm): Buffer => {
    const bytes = createHmac(digest.name, '').digest().length;
    const key = derivation.pkcs12({ password, salt, rounds, digest, purpose: PKCS12_PURPOSE.mac, bytes });
    return createHmac(digest.name, key).update(content).digest();
  };
}

function isEqual(actual: Buffer, expected: Buffer): boolean {
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
