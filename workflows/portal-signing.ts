import { setHandler } from '@temporalio/workflow';
import {
  portalSignersAtStart,
  cancelUpdate,
  describeQuery,
  portalStatusChangeSignal,
  type PortalSigningInput,
  type SigningResult,
} from '@signering/contract';
import { archiveSignedDocuments } from './archive-signed-documents.js';
import { awaitPortalOutcome } from './await-portal-outcome.js';
import { cancelJob, validateCancel } from './cancel-job.js';
import { confirmFinalChange } from './confirm-final-change.js';
import { createJob } from './create-job.js';
import { availableMsOf, deadlineOf, followUntilOf } from './deadlines.js';
import { followQueue, followQueueOfLateJob } from './followed-queue.js';
import { handOverDuplicates } from './hand-over-duplicates.js';
import { demandInputVersion } from './input-version.js';
import { JobNewsReports } from './job-news.js';
import { portalIdentityNumbers, portalJobChange } from './portal-signers.js';
import { outcomeOf } from './signers.js';
import { demandsOf, type SigningContext } from './signing-context.js';
import { SigningProgress } from './signing-progress.js';

/**
 * One signature job in the portal flow, from the request to the confirmed outcome. A rejected, expired or cancelled job
 * completes the workflow. The workflow fails only for errors that a person must correct before the job exists.
 */
export async function portalSigning(input: PortalSigningInput): Promise<SigningResult> {
  demandInputVersion(input);
  const { organizationNumber, reference, contentDigest, job, emailsTo } = input;
  const identity = { flow: 'PORTAL', organizationNumber, reference } as const;
  const progress = new SigningProgress({
    identity,
    metadata: job.metadata,
    signers: portalSignersAtStart(job.signers),
    deadlineOf: (createdAt, signers) => deadlineOf(job, createdAt, signers),
    ...(emailsTo !== undefined && {
      news: new JobNewsReports({ recipient: emailsTo, availableMs: availableMsOf(job) }),
    }),
  });
  const context: SigningContext = {
    identity,
    queue: { organizationNumber, flow: 'PORTAL', pollingQueue: job.pollingQueue },
    contentDigest,
    sent: job.documents,
    title: job.title,
    demands: demandsOf(job),
    identityNumbers: portalIdentityNumbers(job.signers),
    progress,
  };
  setHandler(describeQuery, () => progress.describe());
  setHandler(portalStatusChangeSignal, ({ change }) =>
    progress.receive(portalJobChange(job.signers, change)),
  );
  setHandler(cancelUpdate, (input) => cancelJob(progress, input), { validator: validateCancel });

  await followQueue(context, followUntilOf(job, Date.now()));
  const created = await createJob(context, {
    ...identity,
    contentDigest,
    job,
    ...(emailsTo !== undefined && { emailsTo }),
  });
  await followQueueOfLateJob(context, followUntilOf(job, Date.now()));
  const change = await awaitPortalOutcome(context, created);
  const survivor = { ...created, signatureJobId: change.signatureJobId };
  const archive = await archiveSignedDocuments(context, survivor, change);
  await confirmFinalChange(context, change);
  await handOverDuplicates(input, survivor, progress);
  return progress.end(survivor, outcomeOf(change), archive);
}
