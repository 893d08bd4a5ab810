import type { PortalSignatureJobManifest, PortalSigner } from '../../schema/index.js';
import type { Sector } from '../organizations.js';
import { signatureTypeOf } from '../signature-type.js';

/** What the rules are held against besides the manifest. */
export interface SenderRulesContext {
  /** The organisation in the path. */
  readonly organizationNumber: string;
  readonly sector: Sector;
}

/** Ninety days. Spec: portal.xsd, available-seconds, and the flow's documentation. */
const MAX_AVAILABLE_SECONDS = 7_776_000;

/**
 * What the service refuses though the schema takes it, in words that name no signer's data.
 * Spec: the domain's rules about senders, signers and time.
 */
export function brokenSenderRules(
  manifest: PortalSignatureJobManifest,
  context: SenderRulesContext,
): readonly string[] {
  const broken = [...brokenJobRules(manifest, context)];
  for (const [index, signer] of manifest.signers.entries()) {
    for (const rule of brokenSignerRules(signer, manifest, context.sector)) {
      broken.push(`signer ${index + 1}: ${rule}`);
    }
  }
  return broken;
}

function* brokenJobRules(
  manifest: PortalSignatureJobManifest,
  { organizationNumber, sector }: SenderRulesContext,
): Generator<string> {
  if (manifest.sender.organizationNumber !== organizationNumber) {
    yield 'the manifest names another sender than the address that it was sent to';
  }
  if ((manifest.availability?.availableSeconds ?? 0) > MAX_AVAILABLE_SECONDS) {
    yield 'a job is available for at most 90 days (7 776 000 seconds)';
  }
  if (sector === 'PRIVATE' && manifest.requiredAuthentication === 3) {
    yield 'a private sender requires security level 4';
  }
  if (sector === 'PRIVATE' && manifest.identifierInSignedDocuments === 'NAME') {
    yield 'a private sender shows the identity number or the date of birth besides the name';
  }
}

function* brokenSignerRules(
  signer: PortalSigner,
  manifest: PortalSignatureJobManifest,
  sector: Sector,
): Generator<string> {
  const isAddressedByNumber = signer.personalIdentificationNumber !== undefined;
  const usesLookup = signer.notificationsUsingLookup !== undefined;
  const shown = manifest.identifierInSignedDocuments;
  const isAdvanced = signatureTypeOf(signer, sector) === 'ADVANCED_ELECTRONIC_SIGNATURE';

  if (usesLookup && sector === 'PRIVATE') yield 'a private sender must give the contact details itself';
  if (usesLookup && signer.onBehalfOf === 'OTHER') yield 'who signs on behalf of another is not looked up';
  if (usesLookup && !isAddressedByNumber) yield 'only a national identity number can be looked up';
  if (!usesLookup && !hasAddress(signer)) yield 'an email address or a mobile number is needed';
  if (shown === 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' && !isAddressedByNumber) {
    yield 'the identity number cannot be shown of a signer who is not addressed by it';
  }
  if (sector === 'PRIVATE' && !isAdvanced) yield 'a private sender uses advanced signatures';
  if (sector === 'PUBLIC' && isAdvanced && manifest.documents.length > 1) {
    yield 'an advanced signature for a public sender takes one document only';
  }
  if (
    sector === 'PUBLIC' &&
    isAdvanced &&
    shown !== undefined &&
    shown !== 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME'
  ) {
    yield 'with an advanced signature a public sender shows the identity number';
  }
}

/** The schema takes an address without anything in it. */
function hasAddress({ notifications }: PortalSigner): boolean {
  return [notifications?.emailAddress, notifications?.mobileNumber].some(
    (address) => address !== undefined && address.trim() !== '',
  );
}
