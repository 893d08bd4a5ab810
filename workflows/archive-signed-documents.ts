import type { CreatedJob, SettleReferenceInput } from '@signering/activities';
import type { ArchivedDocument, ArchiveLocation } from '@signering/contract';
import { settleReference, writeReceipt } from './activities.js';
import { fetchSignedDocuments, type SignedDocumentsToFetch } from './fetch-signed-documents.js';
import type { JobChange } from './job-change.js';
import { outcomeOf } from './signers.js';
import { activityWithAlarms } from './signatures-at-service.js';
import type { SigningContext } from './signing-context.js';

/**
 * Archives everything that was signed, with a receipt, and settles the reference. Broken documents are archived only if
 * an operator accepts them.
 */
export async function archiveSignedDocuments(
  context: SigningContext,
  created: CreatedJob,
  final: JobChange,
): Promise<ArchiveLocation> {
  const { sent, identityNumbers, progress } = context;
  const changedAt = new Date().toISOString();
  progress.beginStep('ARCHIVE');
  progress.enter('ARCHIVING');
  progress.events.completed({ signatureJobId: final.signatureJobId, outcome: outcomeOf(final) });
  const newestChange = () => progress.finalChange ?? final;
  const received = await fetchSignedDocuments({
    job: jobOf(context, created),
    sent: sent.map(({ sha256, size }) => ({ sha256, size })),
    identityNumbers,
    newestChange,
    alarms: progress,
    decided: (decision) => progress.recordDecision(decision),
    report: (broken) =>
      broken === undefined ? progress.enter('ARCHIVING') : progress.enter('ARCHIVE_BROKEN', broken),
  });
  const change = newestChange();
  const { confirmationUrl, deleteDocumentsUrl, padesUrl } = change;
  return archiveOutcome(context, created, {
    outcome: outcomeOf(change),
    changedAt,
    received,
    nothingToConfirm: confirmationUrl === undefined,
    ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
  });
}

/** Archives a receipt without documents for a job whose outcome was not reported, and settles the reference. */
export async function archiveUnreportedOutcome(
  context: SigningContext,
  created: CreatedJob,
): Promise<ArchiveLocation> {
  context.progress.events.completed({ signatureJobId: created.signatureJobId, outcome: 'NOT_REPORTED' });
  return archiveOutcome(context, created, { outcome: 'NOT_REPORTED', received: [], nothingToConfirm: true });
}

type OutcomeToArchive = Pick<
  SettleReferenceInput,
  'outcome' | 'changedAt' | 'nothingToConfirm' | 'deleteDocumentsUrl' | 'padesUrl'
> & { readonly received: readonly ArchivedDocument[] };

async function archiveOutcome(
  context: SigningContext,
  created: CreatedJob,
  { received, ...settlement }: OutcomeToArchive,
): Promise<ArchiveLocation> {
  const { identity, contentDigest, sent, title, demands, progress } = context;
  const { flow, organizationNumber, reference } = identity;
  const { outcome } = settlement;
  const job = jobOf(context, created);
  const { signatureJobId } = job;
  const receipt = {
    flow,
    job,
    outcome,
    contentDigest,
    sent,
    received,
    ...progress.receiptFacts(outcome),
    described: {
      title,
      documents: sent.map(({ name, sha256, title: documentTitle }) => ({
        name,
        sha256,
        title: documentTitle,
      })),
      ...demands,
      metadata: progress.metadata ?? {},
    },
  };
  const archive = await activityWithAlarms(progress, (withinMs) => writeReceipt(receipt, withinMs));
  const { folder } = archive;
  const settled = { organizationNumber, reference, signatureJobId, folder, ...settlement };
  const { archivedUntil } = await activityWithAlarms(progress, (withinMs) =>
    settleReference(settled, withinMs),
  );
  progress.recordArchived(archivedUntil);
  return archive;
}

function jobOf(
  { identity: { organizationNumber, reference } }: SigningContext,
  { signatureJobId, createdAt }: CreatedJob,
): SignedDocumentsToFetch['job'] {
  return { organizationNumber, reference, signatureJobId, createdAt };
}
