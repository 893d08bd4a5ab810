import { maskIdentityNumbers, maskNationalIdentityNumber, maskPortalSigner } from '@signering/schema';
import type { Payload } from './payloads.js';

const HIDDEN = '***';

/**
 * Members of our messages whose whole value is personal, also a mistyped one that no check recognises, or lets its reader
 * act as a signer.
 */
const MASKED_MEMBERS: Readonly<Record<string, (value: string) => string>> = {
  personalIdentificationNumber: maskNationalIdentityNumber,
  emailAddress: (emailAddress) => maskPortalSigner({ emailAddress }),
  mobileNumber: (mobileNumber) => maskPortalSigner({ mobileNumber }),
  redirectUrl: () => HIDDEN,
  signerUrl: () => HIDDEN,
  statusQueryToken: () => HIDDEN,
};

/**
 * Every character that the rule for addresses permits. Bounded, so that the time for a text stays proportional to its
 * length. Spec: RFC 5321, 4.5.3.1; RFC 5322, 3.2.3 (atext).
 */
const EMAIL_ADDRESS =
  /[^\s"(),:;<>@[\\\]]{1,64}@[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63}){1,8}/gu;

/** In exit URLs: proofs that they are ours, and tokens with which a status is fetched. */
const SECRET_PARAMETER = /\b(exit_proof|status_query_token)=[^&#\s"]+/gu;

/** Encodings whose data is JSON. Spec: Temporal's default payload converters. */
const JSON_ENCODINGS: readonly string[] = ['json/plain', 'json/protobuf'];
const EMPTY_ENCODING = 'binary/null';

const WITHHELD = 'This payload is not JSON: the role MASKED does not show it.';

/**
 * Masks identity numbers, e-mail addresses and phone numbers: by the members of our messages, and identity numbers and
 * e-mail addresses in any text. What lets a reader act as a signer, such as a redirect URL, is hidden. Data in another form than JSON is replaced, because it cannot be masked.
 */
export function maskPayload(payload: Payload): Payload {
  const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []).toString('utf8');
  if (encoding === EMPTY_ENCODING) return payload;
  const data = JSON_ENCODINGS.includes(encoding) ? maskedJson(payload.data) : undefined;
  if (data !== undefined) return { ...payload, data };
  return {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify(WITHHELD)),
  };
}

function maskedJson(data: Uint8Array | null | undefined): Uint8Array | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data ?? []).toString('utf8'));
  } catch {
    return undefined;
  }
  return Buffer.from(JSON.stringify(masked(value)));
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value === 'number') {
    const text = String(value);
    const shown = maskIdentityNumbers(text);
    return shown === text ? value : shown;
  }
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [maskedText(name), maskedMember(name, member)]),
  );
}

function maskedMember(name: string, value: unknown): unknown {
  const mask = Object.hasOwn(MASKED_MEMBERS, name) ? MASKED_MEMBERS[name] : undefined;
  if (mask === undefined || value === null) return masked(value);
  return typeof value === 'string' ? mask(value) : HIDDEN;
}

function maskedText(text: string): string {
  return maskIdentityNumbers(text)
    .replaceAll(EMAIL_ADDRESS, (emailAddress) => maskPortalSigner({ emailAddress }))
    .replaceAll(SECRET_PARAMETER, `$1=${HIDDEN}`);
}
