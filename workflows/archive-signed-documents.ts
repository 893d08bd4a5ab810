import type { CreatedJob, Settlement } from '@signering/activities';
import type { ArchivedDocument, ArchiveLocation, SigningOutcome } from '@signering/contract';
import { archiveOutcome } from './activities.js';
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
  progress.steps.begin('ARCHIVE');
  progress.enterBriefly('ARCHIVING');
  progress.events.completed({ signatureJobId: final.signatureJobId, outcome: outcomeOf(final) });
  const newestChange = () => progress.followed.final ?? final;
  const received = await fetchSignedDocuments({
    job: jobOf(context, created),
    sent: sent.map(({ sha256, size }) => ({ sha256, size })),
    identityNumbers,
    newestChange,
    alarms: progress,
    decided: (decision) => progress.decisions.record(decision),
    report: (broken) =>
      broken === undefined ? progress.enter('ARCHIVING') : progress.enter('ARCHIVE_BROKEN', broken),
  });
  const change = newestChange();
  const { confirmationUrl, deleteDocumentsUrl, padesUrl } = change;
  return completeArchive(context, created, {
    outcome: outcomeOf(change),
    received,
    settlement: {
      changedAt,
      nothingToConfirm: confirmationUrl === undefined,
      ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
      ...(padesUrl !== undefined && { padesUrl }),
    },
  });
}

/** Archives a receipt without documents for a job whose outcome was not reported, and settles the reference. */
export async function archiveUnreportedOutcome(
  context: SigningContext,
  created: CreatedJob,
): Promise<ArchiveLocation> {
  context.progress.events.completed({ signatureJobId: created.signatureJobId, outcome: 'NOT_REPORTED' });
  const settlement = { nothingToConfirm: true };
  return completeArchive(context, created, { outcome: 'NOT_REPORTED', received: [], settlement });
}

interface OutcomeToArchive {
  readonly outcome: SigningOutcome;
  readonly received: readonly ArchivedDocument[];
  readonly settlement: Settlement;
}

async function completeArchive(
  context: SigningContext,
  created: CreatedJob,
  { outcome, received, settlement }: OutcomeToArchive,
): Promise<ArchiveLocation> {
  const { identity, contentDigest, sent, title, demands, progress } = context;
  const toArchive = {
    flow: identity.flow,
    job: jobOf(context, created),
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
    settlement,
  };
  const { archivedUntil, ...archive } = await activityWithAlarms(progress, (limits) =>
    archiveOutcome(toArchive, limits),
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
