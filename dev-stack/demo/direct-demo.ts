import { SigningClient, type RequestedDirectSigner } from '@signering/client';
import type { JobResult } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { followJob, inCommandLineTerms } from '@signering/cli';
import { DEMO_TITLE, demoDocuments } from './demo-documents.js';
import { newDemoName, type DemoJobOptions } from './demo-job.js';
import { limitOutcomeTime } from './demo-outcome-time.js';
import { endWorkflows } from './end-workflows.js';
import { SigningDesk } from './signing-desk.js';
import { haveSignersVisit, VISITING_SIGNERS } from './visiting-signers.js';
import { startDemoWebSite, type DemoWebSite } from './web-site.js';

/**
 * Redirects two signers from a web site to the service and back, and returns the outcome.
 * @throws the error that prevents the outcome; the signal's reason
 */
export async function runDirectDemo(options: DemoJobOptions): Promise<JobResult> {
  const signal = limitOutcomeTime(options.stack, options.signal);
  return await runAtWebSite({ ...options, signal }, VISITING_SIGNERS, haveSignersVisit);
}

/** The same with the user's browser, without a time limit. */
export async function runInteractiveDemo(options: DemoJobOptions): Promise<JobResult> {
  return await runAtWebSite(options, [{ signerIdentifier: 'CUSTOMER-1' }], ({ url }) => {
    options.view.log(
      'Open this address in your browser, and sign, reject or let it fail. Ctrl-C stops the demo.',
      '',
      `  ${url}`,
      '',
    );
  });
}

type Visit = (site: DemoWebSite, signal: AbortSignal) => Promise<void> | void;

async function runAtWebSite(
  { stack, files, view, signal }: DemoJobOptions,
  signers: readonly RequestedDirectSigner[],
  visit: Visit,
): Promise<JobResult> {
  const documents = await demoDocuments(files, stack.folder);
  const client = await SigningClient.connect({ env: stack.settings });
  const reference = newDemoName();
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const desk = new SigningDesk({ client, reference, view, signal: ended });
  const site = await startDemoWebSite({ desk, reference, signers: signers.length });
  let visiting: Promise<void> | undefined;
  let following: Promise<JobResult> | undefined;
  try {
    const job = await client
      .startDirectJob({
        reference,
        title: DEMO_TITLE,
        description: 'Please read and sign.',
        documents: documents.map((file) => ({ file })),
        signers,
        exitUrls: site.exitUrls,
      })
      .catch((error: unknown) => {
        throw inCommandLineTerms(error, { files: documents });
      });
    // Does not open a page if the demo is already ending.
    ended.throwIfAborted();
    desk.open(job);
    following = followJob({ client, reference, view, signal: ended });
    visiting = Promise.resolve(visit(site, ended));
    // A signer who cannot sign blocks the outcome and ends the demo; one who has signed does not end it.
    const [result] = await Promise.all([following, visiting]);
    return result;
  } finally {
    over.abort();
    // Ends pending calls before the connection is closed, so that they do not delay the shutdown of Temporal.
    await Promise.allSettled([following, visiting]);
    await site.close();
    await client.close();
    if (!stack.ownsTemporal) {
      await endWorkflows(stack, [signingWorkflowId(stack.announcement.organizationNumber, reference)]);
    }
  }
}
