import { SigningClient, type JobResult } from '@signering/client';
import { signingWorkflowId, statusQueueWorkflowId } from '@signering/contract';
import { sandboxAdmin } from '../processes/index.js';
import { followJob, inCommandLineTerms } from '@signering/cli';
import { DEMO_TITLE, demoDocuments } from './demo-documents.js';
import { newDemoName, type DemoJobOptions } from './demo-job.js';
import { limitOutcomeTime } from './demo-outcome-time.js';
import { endWorkflows } from './end-workflows.js';
import { demoSigners, haveSignersSign } from './signing-people.js';

/**
 * Sends documents to three signers in two groups, signs for them, and returns the outcome.
 * @throws the error that prevents the outcome; the signal's reason
 */
export async function runPortalDemo({ stack, files, view, signal }: DemoJobOptions): Promise<JobResult> {
  const documents = await demoDocuments(files, stack.folder);
  const client = await SigningClient.connect({ env: stack.settings });
  const people = haveSignersSign(sandboxAdmin(stack.announcement.adminUrl));
  const name = newDemoName();
  const inTime = limitOutcomeTime(stack, signal);
  const over = new AbortController();
  let following: Promise<JobResult> | undefined;
  try {
    const { reference } = await client
      .startPortalJob({
        reference: name,
        pollingQueue: name,
        title: DEMO_TITLE,
        description: 'Please read and sign.',
        documents: documents.map((file) => ({ file })),
        signers: demoSigners(),
        availableSeconds: 14 * 24 * 3600,
      })
      .catch((error: unknown) => {
        throw inCommandLineTerms(error, { files: documents });
      });
    const ended = AbortSignal.any([inTime, over.signal]);
    following = followJob({ client, reference, view, onLook: people.look, signal: ended });
    return await Promise.race([following, people.trouble]);
  } finally {
    over.abort();
    people.stop();
    // Ends pending calls before the connection is closed, so that they do not delay the shutdown of Temporal.
    await following?.catch(() => undefined);
    await client.close();
    if (!stack.ownsTemporal) {
      const { organizationNumber } = stack.announcement;
      await endWorkflows(stack, [
        statusQueueWorkflowId(organizationNumber, 'PORTAL', name),
        signingWorkflowId(organizationNumber, name),
      ]);
    }
  }
}
