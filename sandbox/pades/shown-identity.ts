import type { JobSigner, SandboxJob } from '../jobs/job.js';

/**
 * The text beside a signer's name in the signed document: the identity number, the date of birth, or none. The default
 * for signers with an identity number in the request is identity number and name.
 */
export function shownIdentity(job: SandboxJob, { asked, signedAs }: JobSigner): string | undefined {
  const number = asked.personalIdentificationNumber;
  if (number === undefined) {
    const isDateShown = job.manifest.identifierInSignedDocuments === 'DATE_OF_BIRTH_AND_NAME';
    return isDateShown && signedAs !== undefined
      ? `født ${dateOfBirth(signedAs.personalIdentificationNumber)}`
      : undefined;
  }
  switch (job.manifest.identifierInSignedDocuments ?? 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME') {
    case 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME':
      return `${number.slice(0, 6)} ${number.slice(6)}`;
    case 'DATE_OF_BIRTH_AND_NAME':
      return `født ${dateOfBirth(number)}`;
    case 'NAME':
      return undefined;
  }
}

/** Day and month of an identity number, without the additions of D-numbers and synthetic numbers. */
function dateOfBirth(number: string): string {
  const day = Number(number.slice(0, 2)) % 40;
  const month = Number(number.slice(2, 4)) % 40;
  const year = Number(number.slice(4, 6));
  const individual = Number(number.slice(6, 9));
  const isOfThisCentury = individual >= 500 && year < 40;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(day)}.${two(month)}.${isOfThisCentury ? '20' : '19'}${two(year)}`;
}
