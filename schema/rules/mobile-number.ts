/** What is taken for a mobile number; no country code begins with 0. The service documents no form: this one is ours. */
export const MOBILE_NUMBER = /^(?:\+[1-9][0-9]{7,14}|[0-9]{8,15})$/u;

const NORWEGIAN = '47';

/** Says what keeps a text from being a mobile number, or nothing when it is one. Never quotes it. */
export function whatIsWrongWithMobileNumber(text: string): string | undefined {
  return MOBILE_NUMBER.test(text)
    ? undefined
    : 'must be a mobile number: 8 to 15 digits without blanks, perhaps with + and the country code in front';
}

/**
 * The form that all spellings of a mobile number share: its digits behind `+`. A number of eight digits is a
 * Norwegian one, and so is one of ten that begins with 47.
 */
export function normalMobileNumber(text: string): string {
  const digits = text.replace(/^(?:\+|00)/u, '');
  return digits.length === 8 && digits === text ? `+${NORWEGIAN}${digits}` : `+${digits}`;
}
