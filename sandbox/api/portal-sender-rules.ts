import type { PortalSignatureJobManifest, PortalSigner } from '@signering/schema';
import type { Sector } from '../organizations.js';
import { brokenJobRules, brokenSignatureRules, type SenderRulesContext } from './sender-rules.js';

/** Ninety days. Spec: portal.xsd, available-seconds, and the flow's documentation. */
const MAX_AVAILABLE_SECONDS = 7_776_000;

/**
 * Reasons for which the service rejects a portal job that is valid by the schema, without data of signers.
 * Spec: the domain's rules about senders, signers and time.
 */
export function brokenPortalRules(
  manifest: PortalSignatureJobManifest,
  context: SenderRulesContext,
): readonly string[] {
  const broken = [...brokenJobRules(manifest, context)];
  if ((manifest.availability?.availableSeconds ?? 0) > MAX_AVAILABLE_SECONDS) {
    broken.push('a job is available for at most 90 days (7 776 000 seconds)');
  }
  for (const [index, signer] of manifest.signers.entries()) {
    const isAddressedByNumber = signer.personalIdentificationNumber !== undefined;
    const rules = [
      ...brokenNotificationRules(signer, context.sector),
      ...brokenSignatureRules({ ...signer, isAddressedByNumber }, manifest, context.sector),
    ];
    broken.push(...rules.map((rule) => `signer ${index + 1}: ${rule}`));
  }
  return broken;
}

function* brokenNotificationRules(signer: PortalSigner, sector: Sector): Generator<string> {
  const usesLookup = signer.notificationsUsingLookup !== undefined;
  if (usesLookup && sector === 'PRIVATE') yield 'a private sender must provide the contact details';
  if (usesLookup && signer.onBehalfOf === 'OTHER') yield 'a signer on behalf of another cannot be looked up';
  if (usesLookup && signer.personalIdentificationNumber === undefined) {
    yield 'only a national identity number can be looked up';
  }
  if (!usesLookup && !hasAddress(signer)) yield 'an email address or a mobile number is needed';
}

/** The schema accepts an empty address. */
function hasAddress({ notifications }: PortalSigner): boolean {
  return [notifications?.emailAddress, notifications?.mobileNumber].some(
    (address) => address !== undefined && address.trim() !== '',
  );
}
