import type {
  ArchivedDocument,
  ArchiveLocation,
  DocumentRef,
  Flow,
  SigningOutcome,
} from '@signering/contract';
import type { DeleteDocumentsUrl, PadesUrl } from '@signering/schema';
import { settleReference, writeReceipt } from './activities.js';
import type { CreatedJob } from './created-job.js';
import { fetchSignedDocuments, type SignedDocumentsToFetch } from './fetch-signed-documents.js';
import type { JobChange } from './job-change.js';
import { outcomeOf } from './signers.js';
import type { SigningProgress } from './signing-progress.js';

/** What the archive is told of a signing. */
export interface SigningToArchive {
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
  /** The job that the outcome is of. */
  readonly created: CreatedJob;
  readonly sent: readonly DocumentRef[];
  /** Identity numbers by the signer's number, as far as the request has them. */
  readonly identityNumbers: ReadonlyMap<number, string>;
}

/**
 * Brings everything that was signed into the archive, with a receipt, and settles the reference. Broken documents are
 * confirmed only if an operator accepts them.
 */
export async function archiveSignedDocuments(
  signing: SigningToArchive,
  progress: SigningProgress,
  final: JobChange,
): Promise<ArchiveLocation> {
  progress.beginStep('ARCHIVE');
  progress.enter('ARCHIVING');
  const newestChange = () => progress.finalChange ?? final;
  const received = await fetchSignedDocuments({
    job: jobOf(signing),
    sent: signing.sent.map(({ sha256, size }) => ({ sha256, size })),
    identityNumbers: signing.identityNumbers,
    newestChange,
    tell: (broken) =>
      broken === undefined ? progress.enter('ARCHIVING') : progress.enter('ARCHIVE_BROKEN', broken),
  });
  const change = newestChange();
  const { confirmationUrl, deleteDocumentsUrl, padesUrl } = change;
  return archiveOutcome(signing, progress, {
    outcome: outcomeOf(change),
    received,
    nothingToConfirm: confirmationUrl === undefined,
    ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
  });
}

/** How a signing ended, with what came of it. */
export interface OutcomeToArchive {
  readonly outcome: SigningOutcome;
  readonly received: readonly ArchivedDocument[];
  /** The final change has no confirmation URL, or none was ever told. */
  readonly nothingToConfirm: boolean;
  /** Where the service deletes its documents, if the final change named it. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Of the final change; absent when nothing was signed. */
  readonly padesUrl?: PadesUrl;
}

/** Writes the receipt of what was received, and settles the reference. */
export async function archiveOutcome(
  signing: SigningToArchive,
  progress: SigningProgress,
  { outcome, received, ...confirmation }: OutcomeToArchive,
): Promise<ArchiveLocation> {
  const { flow, organizationNumber, reference, sent } = signing;
  const job = jobOf(signing);
  const { signatureJobId } = job;
  const archive = await writeReceipt({ flow, job, outcome, sent, received, ...progress.receiptFacts() });
  const { folder } = archive;
  await settleReference({
    organizationNumber,
    reference,
    outcome,
    signatureJobId,
    folder,
    ...confirmation,
  });
  return archive;
}

function jobOf({ organizationNumber, reference, created }: SigningToArchive): SignedDocumentsToFetch['job'] {
  const { signatureJobId, createdAt } = created;
  return { organizationNumber, reference, signatureJobId, createdAt };
}
