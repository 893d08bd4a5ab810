import type {
  AuthenticationLevel,
  DirectSignerIdentifier,
  ExitUrls,
  IdentifierInSignedDocuments,
  KnownSignerStatus,
  Notifications,
  OnBehalfOf,
  PortalSignerIdentifier,
  SignatureType,
  StatusRetrievalMethod,
} from '@signering/schema';
import type { Person } from '../people.js';
import type { OutgoingNotification, PlannedNotification } from '../notifications/notification.js';

/** Bytes that are stored in the job's folder under their digest. */
export interface StoredContent {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A document of the package. */
export interface StoredDocument extends StoredContent {
  readonly name: string;
  readonly mediaType: string;
  readonly title: string;
}

/** What the sender asks of a signer, in either flow. */
export interface AskedOfSigner {
  /** Absent: the signer is addressed by contact information, or by the sender's own identifier. */
  readonly personalIdentificationNumber?: string;
  readonly signatureType?: SignatureType;
  readonly onBehalfOf?: OnBehalfOf;
  /** Portal flow only, as what follows. */
  readonly notifications?: Notifications;
  readonly notificationsUsingLookup?: { readonly sms: boolean };
}

/** The part of a manifest of either flow that the sandbox uses. */
export interface JobManifest {
  readonly title: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
}

/** The redirect URL of a direct signing ceremony. A new one replaces the old one, used or not. */
export interface RedirectEntrance {
  /** The token in the redirect URL. */
  readonly token: string;
  /** The cookie of the first browser; absent before its visit. */
  readonly visitor?: string;
}

/** Additional data of a direct job. */
export interface DirectTerms {
  readonly exitUrls: ExitUrls;
  readonly statusRetrievalMethod: StatusRetrievalMethod;
  /** The tokens of all exit URLs: each is valid for the whole job. */
  readonly statusTokens: readonly string[];
}

/** A signer and its status. */
export interface JobSigner {
  /** Counts from 1, in the manifest's order. */
  readonly number: number;
  /** The last part of the XAdES URL: an id of the service, not the signer's position in the job. */
  readonly id: string;
  /** A fictitious person, the same for the same identifier. */
  readonly name: string;
  readonly identifier: PortalSignerIdentifier | DirectSignerIdentifier;
  readonly order: number;
  readonly asked: AskedOfSigner;
  /** The security code of a signer by contact information, sent in the notifications. */
  readonly securityCode?: string;
  /** How often a wrong code was entered. */
  readonly wrongCodes?: number;
  /** The person who signed, for a signer without an identity number in the request. */
  readonly signedAs?: Person;
  readonly status: KnownSignerStatus;
  /** Time of the act that led to the status, ISO 8601, sandbox clock. */
  readonly since: string;
  readonly xades?: StoredContent;
  /** After all signers have signed: whether the signer's copy is in their mailbox, or waits a week for one. */
  readonly mailboxCopy?: 'SENT' | 'WAITING';
  /** Direct flow only, as what follows. */
  readonly entrance?: RedirectEntrance;
  /** What stands in the exit URL since the signer's last act. */
  readonly statusToken?: string;
}

/** The signers of one order: they may sign in parallel, when every lower group has signed. */
export interface SignerGroup {
  readonly order: number;
  /** Set when the group's turn begins; for the first group it may be in the future. */
  readonly availableAt?: string;
  /** The deadline of this group. */
  readonly deadline?: string;
  /** The signers were notified. */
  readonly invited: boolean;
}

/** A state of the job that the queue delivers to the sender. */
export interface StatusVersion {
  /** Counts from 1; the creation is not a change. */
  readonly version: number;
  /** Sandbox clock, ISO 8601. */
  readonly at: string;
  readonly statuses: readonly KnownSignerStatus[];
}

/** When a version was delivered or confirmed. */
export interface VersionEvent {
  readonly version: number;
  /** Sandbox clock, ISO 8601. */
  readonly at: string;
  /** Real clock, ISO 8601. */
  readonly realAt: string;
  /** The next poll delivers it again: a fault of the queue. */
  readonly comesAgain?: true;
}

/** The flow: signers sign in the signing portal, or come from the sender's web site. */
export type SigningFlow = 'PORTAL' | 'DIRECT';

/** A signature job, as plain data that is kept in one file. */
export interface SandboxJob {
  readonly version: 1;
  readonly id: string;
  readonly flow: SigningFlow;
  /** The sender, even when a broker created the job. */
  readonly organizationNumber: string;
  readonly reference?: string;
  /** Empty: the default queue. */
  readonly pollingQueue: string;
  readonly createdAt: string;
  /** How long each group has, in seconds. */
  readonly availableSeconds: number;
  readonly manifest: JobManifest;
  /** The received `manifest.xml`, unchanged: the signers sign it too. */
  readonly manifestContent: StoredContent;
  readonly documents: readonly StoredDocument[];
  readonly signers: readonly JobSigner[];
  /** Direct flow only. */
  readonly direct?: DirectTerms;
  /** By ascending order. */
  readonly groups: readonly SignerGroup[];
  readonly endedAt?: string;
  readonly documentsDeletedAt?: string;
  /** Id of the signed document in the archive; absent without long-term storage. */
  readonly longTermDocumentId?: string;
  /** The PAdES with the signatures so far. */
  readonly pades?: StoredContent & { readonly signedBy: readonly number[] };
  readonly changes: readonly StatusVersion[];
  /** Every delivery; a confirmation confirms the last one. */
  readonly handOuts: readonly VersionEvent[];
  readonly confirmations: readonly VersionEvent[];
  readonly plannedNotifications: readonly PlannedNotification[];
  readonly notifications: readonly OutgoingNotification[];
}
