/** Accepted mobile numbers; no country code begins with 0. The service documents no format; this one is ours. */
export const MOBILE_NUMBER = /^(?:\+[1-9][0-9]{7,14}|[0-9]{8,15})$/u;

const NORWEGIAN = '47';

/** Why a text is not a valid mobile number; undefined if it is. Never quotes it. */
export function whatIsWrongWithMobileNumber(text: string): string | undefined {
  return MOBILE_NUMBER.test(text)
    ? undefined
    : 'must be a mobile number: 8 to 15 digits without blanks, optionally preceded by + and the country code';
}

/**
 * Normalizes a mobile number to `+` and digits. Eight digits, and ten digits that begin with 47, are Norwegian
 * numbers.
 */
export function normalMobileNumber(text: string): string {
  const digits = text.replace(/^(?:\+|00)/u, '');
  return digits.length === 8 && digits === text ? `+${NORWEGIAN}${digits}` : `+${digits}`;
}
