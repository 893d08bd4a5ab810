/** What is taken for a mobile number. The service documents no form: this one is ours. */
export const MOBILE_NUMBER = /^\+?[0-9]{8,15}$/u;

const NORWEGIAN = '47';

/** Says what keeps a text from being a mobile number, or nothing when it is one. Never quotes it. */
export function whatIsWrongWithMobileNumber(text: string): string | undefined {
  return MOBILE_NUMBER.test(text)
    ? undefined
    : 'must be 8 to 15 digits without blanks, perhaps with + in front';
}

/**
 * The form that all spellings of a mobile number share: its digits behind `+`. A number of eight digits is a
 * Norwegian one, and so is one of ten that begins with 47.
 */
export function normalMobileNumber(text: string): string {
  const digits = text.replace(/^(?:\+|00)/u, '');
  return digits.length === 8 && digits === text ? `+${NORWEGIAN}${digits}` : `+${digits}`;
}
