import type { Problem } from '../../schema/index.js';
import { isAbsent, type Outline, type RequestOutline } from './request-outline.js';
import { problemsOfShownIdentity } from './shown-identity-rules.js';

/**
 * What holds between a direct signer's parts and between signers: who is named how, and nobody twice. Spec:
 * posten-rules, Signers.
 */
export function problemsOfDirectSigners({ request, signers }: RequestOutline): readonly Problem[] {
  const seen = new Map<string, number>();
  return signers.flatMap(([index, signer]) => {
    const path = `signers[${index}]`;
    const problems = [...problemsOfShownIdentity(request, signer, path)];
    if (isAbsent(signer, 'personalIdentificationNumber') === isAbsent(signer, 'signerIdentifier')) {
      problems.push({ path, message: 'needs either personalIdentificationNumber or signerIdentifier' });
    }
    const name = nameOf(signer);
    const first = name === undefined ? undefined : seen.get(name);
    if (first !== undefined) problems.push({ path, message: `has the same name as signers[${first}]` });
    else if (name !== undefined) seen.set(name, index);
    return problems;
  });
}

/** What holds between the other parts of a request. */
export function problemsOfStatusRetrieval({ request }: RequestOutline): readonly Problem[] {
  if (isAbsent(request, 'pollingQueue') || request['statusRetrieval'] === 'POLLING') return [];
  return [{ path: 'pollingQueue', message: 'has no effect unless statusRetrieval is POLLING: leave it out' }];
}

/** By what the service tells signers apart, where white space counts as blanks. */
function nameOf(signer: Outline): string | undefined {
  const name = signer['personalIdentificationNumber'] ?? signer['signerIdentifier'];
  return typeof name === 'string' ? name.replaceAll(/\r[\n ]?|[\t\n]/gu, ' ') : undefined;
}
