import { nameOfDirectSigner, type DirectSignatureJobManifest, type ExitUrls } from '@signering/schema';
import { brokenJobRules, brokenSignatureRules, type SenderRulesContext } from './sender-rules.js';

/**
 * Reasons for which the service rejects a direct job that is valid by the schema, without data of signers.
 * Spec: the domain's rules about senders and signers.
 */
export function brokenDirectRules(
  manifest: DirectSignatureJobManifest,
  context: SenderRulesContext,
): readonly string[] {
  const broken = [...brokenJobRules(manifest, context)];
  const names = manifest.signers.map(({ identifier }) => nameOfDirectSigner(identifier));
  if (new Set(names).size < names.length) broken.push('two signers have the same identifier');
  for (const [index, { identifier, signatureType }] of manifest.signers.entries()) {
    const isAddressedByNumber = 'personalIdentificationNumber' in identifier;
    const signer = { isAddressedByNumber, ...(signatureType === undefined ? {} : { signatureType }) };
    const rules = [...brokenSignatureRules(signer, manifest, context.sector)];
    broken.push(...rules.map((rule) => `signer ${index + 1}: ${rule}`));
  }
  return broken;
}

/** The element names of exit URLs that are not URLs for a browser; the schema accepts any text. */
export function unusableExitUrls({ completionUrl, rejectionUrl, errorUrl }: ExitUrls): readonly string[] {
  const all = { 'completion-url': completionUrl, 'rejection-url': rejectionUrl, 'error-url': errorUrl };
  return Object.entries(all)
    .filter(([, url]) => !URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    .map(([name]) => name);
}
