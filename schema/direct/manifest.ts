import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  ManifestDocument,
  OnBehalfOf,
  SignatureType,
} from '../manifest-values.js';
import type { DirectSignerIdentifier } from './signer-identifier.js';

/** One who is asked to sign. Spec: direct.xsd, direct-signer. */
export interface DirectSigner {
  readonly identifier: DirectSignerIdentifier;
  readonly signatureType?: SignatureType;
  readonly onBehalfOf?: OnBehalfOf;
}

/** What is to be signed by whom: `manifest.xml` of the document package. Spec: direct.xsd, direct-signature-job-manifest. */
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
