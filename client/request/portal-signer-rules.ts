import type { Problem } from '../../schema/index.js';
import { isAbsent, type Outline, type RequestOutline } from './request-outline.js';
import { problemsOfShownIdentity } from './shown-identity-rules.js';

/**
 * What holds between a signer's parts and between signers, whatever the sender's sector: who is reached how, and that
 * nobody is asked twice. Spec: posten-rules, Signers.
 */
export function problemsOfSigners({ request, signers }: RequestOutline): readonly Problem[] {
  const seen = new Map<string, number>();
  return signers.flatMap(([index, signer]) => {
    const path = `signers[${index}]`;
    const problems = [...problemsOfReaching(signer, path), ...problemsOfShownIdentity(request, signer, path)];
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
