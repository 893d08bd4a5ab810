import type { Client } from '@temporalio/client';
import type { JsonEncryption } from '@signering/encryption';
import type { EvidenceRuleId } from '@signering/schema';
import type { DirectClient, PortalClient, SignedDocumentsClient } from '@signering/signing-api';
import type {
  DocumentStore,
  ReferenceLedger,
  SignedDocumentArchive,
  StorageIdentity,
  SuspectDocuments,
} from '@signering/storage';

/** What to do when nobody knows whether an attempt made a job: send again, or ask an operator. */
export type AmbiguousCreatePolicy = 'retry' | 'ask';

/** The most bytes that are fetched for one signed document; a larger one waits for an operator. */
export interface SignedDocumentLimits {
  readonly padesBytes: number;
  readonly xadesBytes: number;
}

/** What the activities work with; the worker puts it together. */
export interface ActivityDependencies {
  readonly portal: PortalClient;
  readonly direct: DirectClient;
  /** Fetches, confirms and deletes in both flows, by the URLs that the service gave. */
  readonly signedDocuments: SignedDocumentsClient;
  readonly documents: DocumentStore;
  readonly ledger: ReferenceLedger;
  readonly archive: SignedDocumentArchive;
  readonly storageIdentity: StorageIdentity;
  readonly suspects: SuspectDocuments;
  readonly signedDocumentLimits: SignedDocumentLimits;
  /** Rules that make no document BROKEN, by the settings. */
  readonly warnOnlyRules: ReadonlySet<EvidenceRuleId>;
  /** Signals the workflows that a status change belongs to; encrypts as the worker does. */
  readonly temporal: Client;
  /** Encrypts what the ledger keeps of a job's content and redirect URLs. */
  readonly encryption: JsonEncryption;
  readonly ambiguousCreate: AmbiguousCreatePolicy;
}
