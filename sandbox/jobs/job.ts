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

/** Bytes that lie in the job's folder under their digest. */
export interface StoredContent {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A document as it came in the package. */
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

/** What the sandbox goes by in a manifest of either flow. */
export interface JobManifest {
  readonly title: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
}

/** The way into a ceremony of the direct flow. A new one takes the place of the old one, used or not. */
export interface RedirectEntrance {
  /** Stands in the redirect URL. */
  readonly token: string;
  /** What the browser that came first got as a cookie; absent until then. */
  readonly visitor?: string;
}

/** What a job of the direct flow has besides. */
export interface DirectTerms {
  readonly exitUrls: ExitUrls;
  readonly statusRetrievalMethod: StatusRetrievalMethod;
  /** Every token that a browser has taken back: each is good for the whole job. */
  readonly statusTokens: readonly string[];
}

/** One signer and how far it has come. */
export interface JobSigner {
  /** Counts from 1, in the manifest's order. */
  readonly number: number;
  /** What the XAdES URL ends in: the service's own number, not the signer's place in the job. */
  readonly id: string;
  /** A made-up person, always the same for the same identifier. */
  readonly name: string;
  readonly identifier: PortalSignerIdentifier | DirectSignerIdentifier;
  readonly order: number;
  readonly asked: AskedOfSigner;
  /** What opens the ceremony of a signer by contact information; told in the notifications. */
  readonly securityCode?: string;
  /** How often a wrong code was entered. */
  readonly wrongCodes?: number;
  /** Who signed, where that was not known before: a signer addressed by something else than an identity number. */
  readonly signedAs?: Person;
  readonly status: KnownSignerStatus;
  /** When the act behind the status happened, ISO 8601, sandbox clock. */
  readonly since: string;
  readonly xades?: StoredContent;
  /** After all signers have signed: the signer's copy is in their mailbox, or waits a week for one. */
  readonly mailboxCopy?: 'SENT' | 'WAITING';
  /** Direct flow only, as what follows. */
  readonly entrance?: RedirectEntrance;
  /** What stands in the exit URL since the signer's last act. */
  readonly statusToken?: string;
}

/** The signers of one order: they may sign in parallel, when every lower group has signed. */
export interface SignerGroup {
  readonly order: number;
  /** Known for a group whose turn has come; for the first it may lie ahead. */
  readonly availableFrom?: string;
  /** The end of this group's own time. */
  readonly deadline?: string;
  /** The signers were notified. */
  readonly invited: boolean;
}

/** A state of the job that the queue hands out to the sender. */
export interface StatusVersion {
  /** Counts from 1; creation itself is no change. */
  readonly version: number;
  /** Sandbox clock, ISO 8601. */
  readonly at: string;
  readonly statuses: readonly KnownSignerStatus[];
}

/** That a version was handed out or confirmed, and when. */
export interface VersionEvent {
  readonly version: number;
  /** Sandbox clock, ISO 8601. */
  readonly at: string;
  /** Real clock, ISO 8601. */
  readonly realTime: string;
  /** The next poll gets it again: a fault of the queue. */
  readonly comesAgain?: true;
}

/** How a job comes to its signers: through the signing portal, or through the sender's own web site. */
export type SigningFlow = 'portal' | 'direct';

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
  /** `manifest.xml` as it came: the signers sign it too. */
  readonly manifestContent: StoredContent;
  readonly documents: readonly StoredDocument[];
  readonly signers: readonly JobSigner[];
  /** Direct flow only. */
  readonly direct?: DirectTerms;
  /** By ascending order. */
  readonly groups: readonly SignerGroup[];
  readonly endedAt?: string;
  readonly documentsDeletedAt?: string;
  /** By which the signed document is found in the archive; absent without long-term storage. */
  readonly longTermDocumentId?: string;
  /** The PAdES with the signatures so far. */
  readonly pades?: StoredContent & { readonly signedBy: readonly number[] };
  readonly changes: readonly StatusVersion[];
  /** Every hand-out; a confirmation confirms the last one. */
  readonly handOuts: readonly VersionEvent[];
  readonly confirmations: readonly VersionEvent[];
  readonly plannedNotifications: readonly PlannedNotification[];
  readonly notifications: readonly OutgoingNotification[];
}
