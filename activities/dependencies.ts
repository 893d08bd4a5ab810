import type { Client } from '@temporalio/client';
import type { SigningOutcome } from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import type { EvidenceRuleId } from '@signering/schema';
import type { DirectClient, PortalClient, SignedDocumentsClient } from '@signering/signing-api';
import type {
  BatchStore,
  DocumentStore,
  JobErasure,
  LedgerEntry,
  LegalHolds,
  ReferenceLedger,
  SignedDocumentArchive,
  StorageIdentity,
  SuspectDocuments,
} from '@signering/storage';
import type { WebhookReceiver } from './webhook-receiver.js';

/** What to do after an ambiguous attempt: send again, or ask an operator. */
export type AmbiguousCreatePolicy = 'retry' | 'ask';

/** The largest signed documents that are fetched; a larger one waits for an operator. */
export interface SignedDocumentLimits {
  readonly padesBytes: number;
  readonly xadesBytes: number;
}

/** A job of which everything was archived. */
export interface ArchivedOutcome {
  readonly flow: LedgerEntry['flow'];
  readonly outcome: SigningOutcome;
  /** Since the final change arrived, in milliseconds. */
  readonly durationMs: number;
}

/** What retention did with a file. */
export interface RetentionEvent {
  readonly what: 'document' | 'service_copy' | 'archive';
  readonly result: 'removed' | 'refused' | 'stopped';
}

/** What the activities use; the worker creates it. */
export interface ActivityDependencies {
  readonly portal: PortalClient;
  readonly direct: DirectClient;
  /** Fetches, confirms and deletes in both flows, by the URLs that the service gave. */
  readonly signedDocuments: SignedDocumentsClient;
  readonly documents: DocumentStore;
  readonly ledger: ReferenceLedger;
  readonly batches: BatchStore;
  readonly archive: SignedDocumentArchive;
  /** Jobs of which retention removes nothing. */
  readonly holds: LegalHolds;
  readonly erasure: JobErasure;
  readonly storageIdentity: StorageIdentity;
  readonly suspects: SuspectDocuments;
  readonly signedDocumentLimits: SignedDocumentLimits;
  /** Evidence rules that only warn, as the settings say. */
  readonly warnOnlyRules: ReadonlySet<EvidenceRuleId>;
  /** Signals the workflows of status changes; encrypts as the worker does. */
  readonly temporal: Client;
  /** The task queue of the workflows that activities start. */
  readonly taskQueue: string;
  /** Encrypts a job's content and redirect URLs in the ledger. */
  readonly encryption: JsonEncryption;
  readonly ambiguousCreate: AmbiguousCreatePolicy;
  /** Called once for each archived job. @default not called */
  readonly onArchived?: ((archived: ArchivedOutcome) => void) | undefined;
  /** What is removed after how many days. @default nothing */
  readonly retention?:
    | {
        readonly documentsDays?: number | undefined;
        readonly serviceCopiesDays?: number | undefined;
        readonly archiveDays?: number | undefined;
      }
    | undefined;
  /** Called for each removal by retention. @default not called */
  readonly onRetention?: ((event: RetentionEvent) => void) | undefined;
  /** Organisation numbers of the senders for whom the worker calls the service. */
  readonly senders: ReadonlySet<string>;
  /** The worker has a mail server. @default false: jobs send no emails */
  readonly sendsEmails?: boolean | undefined;
  /** Receivers of webhooks. @default none */
  readonly webhookReceivers?: readonly Pick<WebhookReceiver, 'id' | 'types' | 'organizations'>[] | undefined;
}
