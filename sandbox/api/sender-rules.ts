import type { IdentifierInSignedDocuments, SignatureType } from '@signering/schema';
import type { Sector } from '../organizations.js';
import { signatureTypeOf } from '../signature-type.js';

/** What the rules need besides the manifest. */
export interface SenderRulesContext {
  /** The organisation in the path. */
  readonly organizationNumber: string;
  readonly sector: Sector;
}

/** The part of a manifest of either flow that the rules need. */
export interface RuledManifest {
  readonly sender: { readonly organizationNumber: string };
  readonly documents: readonly unknown[];
  readonly requiredAuthentication?: number;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
}

/** The rules of both flows about the job as a whole. Spec: the domain's rules about senders. */
export function* brokenJobRules(
  manifest: RuledManifest,
  { organizationNumber, sector }: SenderRulesContext,
): Generator<string> {
  if (manifest.sender.organizationNumber !== organizationNumber) {
    yield 'the sender in the manifest is not the sender in the path';
  }
  if (sector === 'PRIVATE' && manifest.requiredAuthentication === 3) {
    yield 'a private sender requires security level 4';
  }
  if (sector === 'PRIVATE' && manifest.identifierInSignedDocuments === 'NAME') {
    yield 'a private sender must show the identity number or the date of birth beside the name';
  }
}

/** The rules of both flows about a signer and the kind of signature. Spec: the domain's rules about signers. */
export function* brokenSignatureRules(
  signer: { readonly signatureType?: SignatureType; readonly isAddressedByNumber: boolean },
  manifest: RuledManifest,
  sector: Sector,
): Generator<string> {
  const shown = manifest.identifierInSignedDocuments;
  const isAdvanced = signatureTypeOf(signer, sector) === 'ADVANCED_ELECTRONIC_SIGNATURE';
  if (shown === 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' && !signer.isAddressedByNumber) {
    yield 'the identity number cannot be shown for a signer who is not identified by it';
  }
  if (sector === 'PRIVATE' && !isAdvanced) yield 'a private sender must use advanced signatures';
  if (sector === 'PUBLIC' && isAdvanced && manifest.documents.length > 1) {
    yield 'an advanced signature for a public sender permits only one document';
  }
  if (
    sector === 'PUBLIC' &&
    isAdvanced &&
    shown !== undefined &&
    shown !== 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME'
  ) {
    yield 'with an advanced signature a public sender must show the identity number';
  }
}
