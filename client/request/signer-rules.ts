import type { Problem } from '../../schema/index.js';
import type { Outline, RequestOutline } from './request-outline.js';

/**
 * What holds between a signer's parts and between signers, whatever the sender's sector: who is reached how, and that
 * nobody is asked twice. Spec: posten-rules, Signers.
 */
export function problemsOfSigners({ request, signers }: RequestOutline): readonly Problem[] {
  const pinShown = request['identifierInSignedDocuments'] === 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME';
  const nameOnly = request['identifierInSignedDocuments'] === 'NAME';
  const seen = new Map<string, number>();
  return signers.flatMap(([index, signer]) => {
    const path = `signers[${index}]`;
    const problems = [...problemsOfReaching(signer, path)];
    if (pinShown && isAbsent(signer, 'personalIdentificationNumber')) {
      problems.push({
        path: `${path}.personalIdentificationNumber`,
        message:
          'is needed, because identifierInSignedDocuments is PERSONAL_IDENTIFICATION_NUMBER_AND_NAME; ' +
          'otherwise choose DATE_OF_BIRTH_AND_NAME',
      });
    }
    if (nameOnly && signer['signatureType'] === 'ADVANCED_ELECTRONIC_SIGNATURE') {
      problems.push({
        path: `${path}.signatureType`,
        message: 'an advanced signature shows more than the name: choose another identifierInSignedDocuments',
      });
    }
    const identity = identityOf(signer);
    const first = identity === undefined ? undefined : seen.get(identity);
    if (first !== undefined) {
      problems.push({ path, message: `is the same person or address as signers[${first}]` });
    } else if (identity !== undefined) {
      seen.set(identity, index);
    }
    return problems;
  });
}

function problemsOfReaching(signer: Outline, path: string): readonly Problem[] {
  const hasPin = !isAbsent(signer, 'personalIdentificationNumber');
  const addresses = ['emailAddress', 'mobileNumber'].filter((part) => !isAbsent(signer, part));
  if (isAbsent(signer, 'useContactRegister')) {
    if (addresses.length > 0) return [];
    const needed = hasPin
      ? 'an emailAddress, a mobileNumber or useContactRegister'
      : 'an emailAddress or a mobileNumber';
    return [{ path, message: `needs ${needed}` }];
  }
  const problems: Problem[] = addresses.map((part) => ({
    path: `${path}.${part}`,
    message: 'excludes useContactRegister: the register gives the address, or you do',
  }));
  if (!hasPin) {
    problems.push({
      path: `${path}.useContactRegister`,
      message: 'needs personalIdentificationNumber: the register is asked by it',
    });
  }
  if (signer['onBehalfOf'] === 'OTHER') {
    problems.push({
      path: `${path}.useContactRegister`,
      message: 'excludes onBehalfOf OTHER: the register holds private addresses',
    });
  }
  return problems;
}

/** By what the service tells signers apart. */
function identityOf(signer: Outline): string | undefined {
  const { personalIdentificationNumber: pin, emailAddress: email, mobileNumber: mobile } = signer;
  if (typeof pin === 'string') return `pin ${pin}`;
  if (typeof email !== 'string' && typeof mobile !== 'string') return undefined;
  return JSON.stringify([
    typeof email === 'string' ? email.toLowerCase() : '',
    typeof mobile === 'string' ? mobile : '',
  ]);
}

function isAbsent(signer: Outline, part: string): boolean {
  return signer[part] === undefined;
}
