/** The longest address, in characters. Spec: RFC 5321, 4.5.3.1 with erratum 1690. */
const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/**
 * Words separated by single dots, including non-ASCII letters (RFC 6531), but no invisible characters, which make an
 * address undeliverable or look like another. Spec: RFC 5322, 3.2.3 (dot-atom).
 */
const WORD = String.raw`[^\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}"(),.:;<>@[\\\]]+`;
const LOCAL_PART = new RegExp(String.raw`^${WORD}(?:\.${WORD})*$`, 'u');

/** Letters, marks, digits and hyphens, separated by the dots of IDNA. Spec: RFC 5890; UTS 46, 4.5. */
export const WRITTEN_DOMAIN =
  /^[\p{Letter}\p{Mark}\p{Number}\u{200C}-\u{200D}\u{B7}.\u{3002}\u{FF0E}\u{FF61}-]+$/u;

/** At least two labels, the last of which is not a number. Spec: RFC 1035, 2.3.1; RFC 1123, 2.1. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

/** Why a text is not a valid email address; undefined if it is. Never quotes it. */
export function whatIsWrongWithEmailAddress(text: string): string | undefined {
  if (Array.from(text).length > LONGEST) return `must have at most ${LONGEST} characters`;
  return normalEmailAddress(text) === undefined
    ? 'must be a single email address such as name@example.com'
    : undefined;
}

/**
 * Normalizes an email address: lower case, an international domain as `xn--`. Undefined if it is not an address. A
 * mail server may treat upper and lower case as different; common ones do not.
 */
export function normalEmailAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const localPart = text.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(localPart) || localPart.length > LONGEST_LOCAL_PART) return undefined;
  const domain = asciiDomain(text.slice(at + 1));
  return domain === undefined ? undefined : `${localPart.normalize('NFC').toLowerCase()}@${domain}`;
}

function asciiDomain(domain: string): string | undefined {
  const url = `http://${domain}/`;
  if (!WRITTEN_DOMAIN.test(domain) || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return DOMAIN.test(hostname) && hostname.length <= 253 ? hostname : undefined;
}
