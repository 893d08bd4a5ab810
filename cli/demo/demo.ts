import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { SigningClient } from '../../client/index.js';
import { statusQueueWorkflowId, type SigningResult } from '../../contract/index.js';
import { SigningError } from '../../schema/index.js';
import { loadTemporalSettings } from '../../settings/index.js';
import { sandboxAdmin } from '../local-stack/index.js';
import { inWordsOfTheCommandLine } from '../request/index.js';
import type { Stack } from '../stack/index.js';
import { followJob } from '../terminal/follow-job.js';
import type { LiveView } from '../terminal/live-view.js';
import { makeAgreement } from './agreement.js';
import { demoSigners, haveSignersSign } from './signing-people.js';

/** The argument of {@link runDemoJob}. */
export interface DemoJobOptions {
  readonly stack: Stack;
  /** Paths of the user's own PDFs; without any, an agreement is made on the spot. */
  readonly files: readonly string[];
  readonly view: LiveView;
  /** Ends the demo early. */
  readonly signal: AbortSignal;
}

// Three people sign within seconds; much more means that something is stuck.
const OUTCOME_WITHIN_MS = 90_000;

/**
 * Sends documents to three signers in two groups, has them sign, and answers the outcome.
 * @throws what keeps it from an outcome; the signal's reason
 */
export async function runDemoJob({ stack, files, view, signal }: DemoJobOptions): Promise<SigningResult> {
  const documents = files.length > 0 ? files : [await writeAgreement(stack.folder)];
  const client = await SigningClient.connect({ env: stack.settings });
  const people = haveSignersSign(sandboxAdmin(stack.announcement.adminUrl));
  // On a cluster that is kept, an earlier demo may have been: neither its job nor its poller is ours to go on with.
  const name = `demo-${Date.now().toString(36)}`;
  const timeIsUp = AbortSignal.timeout(OUTCOME_WITHIN_MS);
  const over = new AbortController();
  let following: Promise<SigningResult> | undefined;
  try {
    const { reference } = await client
      .startPortalJob({
        reference: name,
        pollingQueue: name,
        title: 'Agreement on a shared boat',
        description: 'Please read and sign.',
        documents: documents.map((file) => ({ file })),
        signers: demoSigners(),
        availableFor: 14 * 24 * 3600,
      })
      .catch((error: unknown) => {
        throw inWordsOfTheCommandLine(error, { files: documents });
      });
    const ended = AbortSignal.any([signal, timeIsUp, over.signal]);
    following = followJob({ client, reference, view, onLook: people.look, signal: ended });
    return await Promise.race([following, people.trouble, failWhen(timeIsUp, stack)]);
  } finally {
    over.abort();
    people.stop();
    // Nothing may be on its way when the connection is closed, nor keep Temporal waiting when it is ended.
    await following?.catch(() => undefined);
    await client.close();
    if (!stack.ownsTemporal) await endStatusQueue(stack, name);
  }
}

/** Nobody could read it any more: the demo's key goes with the demo. Otherwise it would poll for weeks. */
async function endStatusQueue(stack: Stack, pollingQueue: string): Promise<void> {
  const { connection: options, namespace } = loadTemporalSettings(stack.settings);
  const connection = await Connection.connect(options);
  try {
    const id = statusQueueWorkflowId(stack.announcement.organizationNumber, 'PORTAL', pollingQueue);
    await new Client({ connection, namespace }).workflow.getHandle(id).terminate('The demo is over.');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  } finally {
    await connection.close();
  }
}

async function writeAgreement(folder: string): Promise<string> {
  const file = join(folder, 'agreement.pdf');
  writeFileSync(file, await makeAgreement());
  return file;
}

function failWhen(timeIsUp: AbortSignal, stack: Stack): Promise<never> {
  return new Promise((_resolve, reject) => {
    timeIsUp.addEventListener('abort', () =>
      reject(
        new SigningError(
          'SERVICE_UNAVAILABLE',
          `The demo had no outcome within ${OUTCOME_WITHIN_MS / 1000} s: look into the logs in ${stack.folder}.`,
          true,
        ),
      ),
    );
  });
}
