import type { SignerReturnedAnswer } from '@signering/contract';
import { formatMoment } from '../syntax/moment.js';
import { signerName, stateInWords } from './job-view.js';
import { quotedLast } from './quoted.js';

/** The job's state after a token was passed on. */
export function returnedLines(reference: string, answer: SignerReturnedAnswer): readonly string[] {
  const { signatureJobId, signers, outcome, outcomeText } = answer;
  return [
    `${reference}  (job ${signatureJobId}): ${stateInWords(outcome ?? 'WAITING_FOR_SIGNERS', outcomeText)}`,
    ...signers.map(
      (signer) =>
        `  ${signerName(signer, signers)}  ${signer.statusText ?? signer.status}` +
        (signer.since === undefined || signer.status === 'WAITING' ? '' : `  ${formatMoment(signer.since)}`),
    ),
    outcome === undefined
      ? `Follow the job: npx signering watch ${quotedLast(reference)}`
      : `Follow its archiving: npx signering watch ${quotedLast(reference)}`,
  ];
}
