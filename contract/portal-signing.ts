import type {
  AuthenticationLevel,
  Availability,
  IdentifierInSignedDocuments,
  PortalSigner,
  PortalStatusChange,
} from '@signering/schema';
import { signalNamed } from './definitions.js';
import type { DocumentToSign } from './documents.js';
import type { JobIdentity } from './job-identity.js';
import type { EmailRecipient } from './job-emails.js';
import type { JobMetadata } from './metadata.js';
import type { StatusChangeSignal } from './signing.js';

/** Content of a portal job: documents (already in storage), signers and terms. */
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
  /** Absent: none. The manifest leaves it out. */
  readonly metadata?: JobMetadata;
}

/** The argument of the workflow `portalSigning`. */
export interface PortalSigningInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  /** SHA-256 over the job's content, lower-case hexadecimal. A reference cannot be reused with another digest. */
  readonly contentDigest: string;
  /**
   * Identity of the storage that holds the documents; a worker on another storage leaves the job waiting. Absent:
   * unknown; systems in other languages may omit it.
   */
  readonly storageId?: string;
  readonly job: PortalJobContent;
  /** Who gets emails about the job. The content digest leaves it out. @default no emails */
  readonly emailsTo?: EmailRecipient;
}

/** Status change of a portal job, delivered by its poller. */
export const portalStatusChangeSignal = signalNamed<[StatusChangeSignal<PortalStatusChange>]>('statusChange');
