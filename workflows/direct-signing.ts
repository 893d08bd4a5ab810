import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import {
  describeQuery,
  directStatusChangeSignal,
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  signerReturnedSignal,
  signerReturnedUpdate,
  type DirectSigningInput,
  type FreshRedirectUrlInput,
  type SignerReturnedInput,
  type SigningResult,
} from '@signering/contract';
import { archiveOutcome, archiveSignedDocuments } from './archive-signed-documents.js';
import { confirmOutcome } from './confirm-outcome.js';
import { createJob } from './create-job.js';
import { DIRECT_AVAILABLE_MS, FOLLOW_AFTER_END_MS } from './deadlines.js';
import { directIdentityNumbers, directJobChange, directSignersAtStart } from './direct-signers.js';
import { awaitDirectOutcome } from './await-direct-outcome.js';
import { followWhile } from './next-status-change.js';
import { RedirectUrls } from './redirect-urls.js';
import { ReturnedSigners } from './returned-signers.js';
import { outcomeOf } from './signers.js';
import { SigningProgress } from './signing-progress.js';

/**
 * One signature job in the direct flow: the signer goes from the sender's web site to the service and comes back with
 * a token, which tells how the job stands; or, with a polling queue, the queue tells. It fails only on what a person
 * has to repair, before anybody could sign.
 */
export async function directSigning(input: DirectSigningInput): Promise<SigningResult> {
  const { organizationNumber, reference, contentDigest, job } = input;
  const identity = { flow: 'DIRECT', organizationNumber, reference } as const;
  const progress = new SigningProgress({
    ...identity,
    signers: directSignersAtStart(job.signers),
    deadlineOf: (createdAt) => createdAt + DIRECT_AVAILABLE_MS,
  });
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
    validator: (wanted: FreshRedirectUrlInput) => redirects.validate(wanted),
  });
  setHandler(signerReturnedSignal, (token) => returned.keep(token));
  setHandler(signerReturnedUpdate, (token) => returned.take(token), {
    validator: (token: SignerReturnedInput) => returned.validate(token),
  });

  const { pollingQueue } = job;
  const queue = pollingQueue === undefined ? undefined : { ...identity, pollingQueue };
  const created = await followWhile(
    queue,
    (now) => now + DIRECT_AVAILABLE_MS + FOLLOW_AFTER_END_MS,
    () => createJob({ ...identity, contentDigest, job }, progress),
  );
  const change = await awaitDirectOutcome(queue, progress, returned);
  const identityNumbers = directIdentityNumbers(job.signers);
  const signing = { ...identity, created, sent: job.documents, identityNumbers };
  const outcome = change === undefined ? 'NOT_REPORTED' : outcomeOf(change);
  const archive =
    change === undefined
      ? await archiveOutcome(signing, progress, { outcome, received: [], nothingToConfirm: true })
      : await archiveSignedDocuments(signing, progress, change);
  if (change !== undefined) await confirmOutcome(identity, progress, change);
  await condition(allHandlersFinished);
  return progress.end(created, outcome, archive);
}
