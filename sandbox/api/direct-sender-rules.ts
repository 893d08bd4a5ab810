import { nameOfDirectSigner, type DirectSignatureJobManifest, type ExitUrls } from '@signering/schema';
import { brokenJobRules, brokenSignatureRules, type SenderRulesContext } from './sender-rules.js';

/**
 * What the service refuses of a direct job though the schema takes it, in words that name no signer's data.
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

/** The exit URLs to which no browser could be sent, by their element names: the schema takes any text. */
export function unusableExitUrls({ completionUrl, rejectionUrl, errorUrl }: ExitUrls): readonly string[] {
  const all = { 'completion-url': completionUrl, 'rejection-url': rejectionUrl, 'error-url': errorUrl };
  return Object.entries(all)
    .filter(([, url]) => !URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    .map(([name]) => name);
}
