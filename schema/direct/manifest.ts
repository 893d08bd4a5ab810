import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  ManifestDocument,
  OnBehalfOf,
  SignatureType,
} from '../manifest-values.js';
import type { DirectSignerIdentifier } from './signer-identifier.js';

/** A signer of a direct job. Spec: direct.xsd, direct-signer. */
export interface DirectSigner {
  readonly identifier: DirectSignerIdentifier;
  readonly signatureType?: SignatureType;
  readonly onBehalfOf?: OnBehalfOf;
}

/** Content of a direct job: `manifest.xml` of the document package. Spec: direct.xsd, direct-signature-job-manifest. */
export interface DirectSignatureJobManifest {
  /** 1–10. */
  readonly signers: readonly DirectSigner[];
  /** The sender's organisation number, nine digits. */
  readonly sender: { readonly organizationNumber: string };
  /** 1–80 characters. */
  readonly title: string;
  /** The sender's message to the signers, at most 220 characters. */
  readonly description?: string;
  /** 1–20. */
  readonly documents: readonly ManifestDocument[];
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
}
