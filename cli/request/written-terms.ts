import type { RequestedDocument } from '@signering/client';
import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  Problem,
  SignatureType,
} from '@signering/schema';
import type { WrittenRequest } from './written-request.js';

/** The parts of a request that both flows have and that are written alike. */
export interface WrittenTerms {
  readonly title: string;
  readonly documents: readonly RequestedDocument[];
  readonly reference?: string;
  readonly description?: string;
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly pollingQueue?: string;
}

/** Reads what both flows have in common. */
export function readTerms(written: WrittenRequest): WrittenTerms {
  const { files, title, reference, description, documentTitle, queue } = written;
  const { requiredAuthentication, identifierInSignedDocuments } = written;
  return {
    title,
    documents: files.map((file, index) => {
      const documentTitleOfFile = documentTitle?.[index];
      return { file, ...(documentTitleOfFile !== undefined && { title: documentTitleOfFile }) };
    }),
    ...(reference !== undefined && { reference }),
    ...(description !== undefined && { description }),
    ...(requiredAuthentication !== undefined && {
      requiredAuthentication: requiredAuthentication === '3' ? 3 : 4,
    }),
    ...(identifierInSignedDocuments !== undefined && { identifierInSignedDocuments }),
    ...(queue !== undefined && { pollingQueue: queue }),
  };
}

/** A title belongs to the file at its place, so there are as many as files. */
export function problemsOfDocumentTitles({ files, documentTitle }: WrittenRequest): readonly Problem[] {
  if (documentTitle === undefined || documentTitle.length === files.length) return [];
  return [
    {
      path: '--document-title',
      message: `must be given once for each FILE in their order (${files.length}), or not at all; it is given ${documentTitle.length} times`,
    },
  ];
}

/** The signature type of a signer that names none is that of `--signature-type`. */
export function withSignatureType<Signer extends { readonly signatureType?: SignatureType }>(
  signer: Signer,
  signatureType: SignatureType | undefined,
): Signer {
  return signatureType === undefined ? signer : { signatureType, ...signer };
}
