import type { JobMetadata, RequestedDocument } from '@signering/client';
import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  Problem,
  SignatureType,
} from '@signering/schema';
import type { WrittenRequest } from './written-request.js';

/** The members of a request that both flows have in the same form. */
export interface WrittenTerms {
  readonly title: string;
  readonly documents: readonly RequestedDocument[];
  readonly reference: string;
  readonly description?: string;
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly pollingQueue?: string;
  readonly metadata?: JobMetadata;
}

/** Parses the members common to both flows. */
export function readTerms(written: WrittenRequest): WrittenTerms {
  const { files, title, reference, description, documentTitle, queue } = written;
  const { requiredAuthentication, identifierInSignedDocuments } = written;
  return {
    title,
    documents: files.map((file, index) => {
      const documentTitleOfFile = documentTitle?.[index];
      return { file, ...(documentTitleOfFile !== undefined && { title: documentTitleOfFile }) };
    }),
    reference,
    ...(description !== undefined && { description }),
    ...(requiredAuthentication !== undefined && {
      requiredAuthentication: requiredAuthentication === '3' ? 3 : 4,
    }),
    ...(identifierInSignedDocuments !== undefined && { identifierInSignedDocuments }),
    ...(queue !== undefined && { pollingQueue: queue }),
    ...(written.metadata !== undefined && { metadata: Object.fromEntries(membersOf(written.metadata)) }),
  };
}

/** Each member must have the form `key=value` and another key; the client validates keys and values. */
export function problemsOfMetadata({ metadata = [] }: WrittenRequest): readonly Problem[] {
  const keys = membersOf(metadata).map(([key]) => key);
  return metadata.flatMap((member, index) => {
    const path = `--metadata ${index + 1}`;
    if (!member.includes('=')) return { path, message: 'must have the form key=value' };
    if (keys.indexOf(keys[index] ?? '') < index)
      return { path, message: 'repeats the key of an earlier one' };
    return [];
  });
}

/** A value may have equals signs. */
function membersOf(metadata: readonly string[]): readonly (readonly [key: string, value: string])[] {
  return metadata.map((member) => {
    const [key = '', ...value] = member.split('=');
    return [key, value.join('=')];
  });
}

/** Titles belong to files by position, so there must be as many. */
export function problemsOfDocumentTitles({ files, documentTitle }: WrittenRequest): readonly Problem[] {
  if (documentTitle === undefined || documentTitle.length === files.length) return [];
  return [
    {
      path: '--document-title',
      message: `must be given once for each FILE in their order (${files.length}), or not at all; it is given ${documentTitle.length} times`,
    },
  ];
}

/** `--signature-type` is the default of signers without a signature type. */
export function withSignatureType<Signer extends { readonly signatureType?: SignatureType }>(
  signer: Signer,
  signatureType: SignatureType | undefined,
): Signer {
  return signatureType === undefined ? signer : { signatureType, ...signer };
}
