const LONGEST = 300;

/** Words that stand beside a certificate's subject or serial number. */
const ABOUT_A_CERTIFICATE = /certificate|sertifikat|subject|serial|\bCN ?=|\bO ?=|\bOU ?=/iu;
const EMAIL_ADDRESS = /[^\s@<>"']+@[^\s@<>"']+/gu;
/** Telephone numbers, organisation numbers and national identity numbers, also when written in groups. */
const LONG_NUMBER = /\+?\d(?:[ .-]?\d){7,}/gu;

/**
 * The service's explanation for the `serviceMessage` of an error: without numbers and addresses of persons, cut short,
 * and left out where it may quote a certificate. Names of persons remain, so it is not fit for logs and messages.
 */
export function withoutPersonalData(serviceMessage: string): string | undefined {
  if (ABOUT_A_CERTIFICATE.test(serviceMessage)) return undefined;
  const scrubbed = serviceMessage
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(EMAIL_ADDRESS, '***')
    .replaceAll(LONG_NUMBER, '***');
  if (scrubbed === '') return undefined;
  return scrubbed.length > LONGEST ? `${scrubbed.slice(0, LONGEST)}…` : scrubbed;
}
