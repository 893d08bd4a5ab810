import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import {
  directSignersAtStart,
  describeQuery,
  directStatusChangeSignal,
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  signerReturnedSignal,
  signerReturnedUpdate,
  type DirectSigningInput,
  type ChosenSigner,
  type SignerReturnedInput,
  type SigningResult,
} from '@signering/contract';
import { archiveSignedDocuments, archiveUnreportedOutcome } from './archive-signed-documents.js';
import { confirmFinalChange } from './confirm-final-change.js';
import { createJob } from './create-job.js';
import { DIRECT_AVAILABLE_MS, FOLLOW_AFTER_END_MS } from './deadlines.js';
import { directIdentityNumbers, directJobChange } from './direct-signers.js';
import { awaitDirectOutcome } from './await-direct-outcome.js';
import { followQueue, followQueueOfLateJob } from './followed-queue.js';
import { demandInputVersion } from './input-version.js';
import { JobNewsReports } from './job-news.js';
import { RedirectUrls } from './redirect-urls.js';
import { ReturnedSigners } from './returned-signers.js';
import { outcomeOf } from './signers.js';
import { demandsOf, type SigningContext } from './signing-context.js';
import { SigningProgress } from './signing-progress.js';

/**
 * One signature job in the direct flow: the signer goes from the sender's web site to the service and comes back with a
 * token, with which the status is fetched; a job with a polling queue gets its status from there. The workflow fails
 * only for errors that a person must correct before the job exists.
 */
export async function directSigning(input: DirectSigningInput): Promise<SigningResult> {
  demandInputVersion(input);
  const { organizationNumber, reference, contentDigest, job, emailsTo } = input;
  const identity = { flow: 'DIRECT', organizationNumber, reference } as const;
  const { pollingQueue } = job;
  const progress = new SigningProgress({
    identity,
    metadata: job.metadata,
    signers: directSignersAtStart(job.signers),
    deadlineOf: (createdAt) => createdAt + DIRECT_AVAILABLE_MS,
    ...(emailsTo !== undefined && {
      news: new JobNewsReports({ recipient: emailsTo, availableMs: DIRECT_AVAILABLE_MS }),
    }),
  });
  const context: SigningContext = {
    identity,
    ...(pollingQueue !== undefined && { queue: { organizationNumber, flow: 'DIRECT', pollingQueue } }),
    contentDigest,
    sent: job.documents,
    title: job.title,
    demands: demandsOf(job),
    identityNumbers: directIdentityNumbers(job.signers),
    progress,
  };
  const redirects = new RedirectUrls(job.signers, progress);
  const returned = new ReturnedSigners(job.signers, progress);
  setHandler(describeQuery, () => progress.describe());
  setHandler(directStatusChangeSignal, ({ change }) =>
    progress.receive(directJobChange(job.signers, change)),
  );
  setHandler(redirectUrlsUpdate, (_nothing) => redirects.newest(), {
    validator: (_nothing: Record<string, never>) => redirects.validateNewest(),
  });
  setHandler(freshRedirectUrlUpdate, (wanted) => redirects.fresh(wanted), {
    validator: (wanted: ChosenSigner) => redirects.validate(wanted),
  });
  setHandler(signerReturnedSignal, (token) => returned.keep(token));
  setHandler(signerReturnedUpdate, (token) => returned.take(token), {
    validator: (token: SignerReturnedInput) => returned.validate(token),
  });

  await followQueue(context, followUntil());
  const created = await createJob(context, {
    ...identity,
    contentDigest,
    job,
    ...(emailsTo !== undefined && { emailsTo }),
  });
  await followQueueOfLateJob(context, followUntil());
  const change = await awaitDirectOutcome(context, returned);
  const archive =
    change === undefined
      ? await archiveUnreportedOutcome(context, created)
      : await archiveSignedDocuments(context, created, change);
  if (change !== undefined) await confirmFinalChange(context, change);
  await condition(allHandlersFinished);
  return progress.end(created, change === undefined ? 'NOT_REPORTED' : outcomeOf(change), archive);
}

/** Until when the queue of a job that is created now is followed, milliseconds since 1970. */
function followUntil(): number {
  return Date.now() + DIRECT_AVAILABLE_MS + FOLLOW_AFTER_END_MS;
}
