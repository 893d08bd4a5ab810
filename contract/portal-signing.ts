import type {
  AuthenticationLevel,
  Availability,
  IdentifierInSignedDocuments,
  PortalSigner,
  PortalStatusChange,
} from '@signering/schema';
import { signalNamed } from './definitions.js';
import type { DocumentToSign } from './documents.js';
import type { StatusChangeSignal } from './signing.js';

/** What is to be signed by whom, with the documents already in storage. */
export interface PortalJobContent {
  readonly title: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  readonly documents: readonly DocumentToSign[];
  readonly signers: readonly PortalSigner[];
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly availability?: Availability;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly pollingQueue: string;
}

/** The argument of the workflow `portalSigning`. */
export interface PortalSigningInput {
  readonly version: 1;
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  readonly reference: string;
  /** SHA-256 over the job's content, lower-case hexadecimal: the same reference with another one is refused. */
  readonly contentDigest: string;
  /**
   * Identity of the storage that holds the documents; a worker on another storage leaves the job waiting. Absent: not
   * known, as a system in another language may leave it.
   */
  readonly storageId?: string;
  readonly job: PortalJobContent;
}

/** A change of a portal job, as its queue gave it. */
export const portalStatusChangeSignal = signalNamed<[StatusChangeSignal<PortalStatusChange>]>('statusChange');
