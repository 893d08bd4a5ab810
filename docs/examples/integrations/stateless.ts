// Starts a job in one process and reads it in another, with nothing in between but the reference: for functions in a
// cloud, scheduled commands and request handlers that may end at any time.
//   node --env-file=.signering/dev.env dist/docs/examples/integrations/stateless.js start lease-17 kari@example.com lease.pdf
//   node --env-file=.signering/dev.env dist/docs/examples/integrations/stateless.js read lease-17
import { SigningClient, SigningError, type JobDescription } from '@signering/client';

/** Every call may take this long. A call that is late may be repeated: it gives what the first one would have given. */
const WITHIN = { timeoutMs: 20_000 };

async function start(reference: string, emailAddress: string, file: string): Promise<string> {
  await using client = await SigningClient.connect();
  const { existing } = await client.startPortalJob(
    { reference, title: 'Lease', documents: [{ file }], signers: [{ emailAddress }] },
    WITHIN,
  );
  return existing ? 'was started before' : 'started';
}

async function read(reference: string): Promise<string> {
  await using client = await SigningClient.connect();
  return explain(await client.getJob(reference, WITHIN));
}

function explain(job: JobDescription): string {
  switch (job.status) {
    case 'RUNNING':
      return `waits for ${job.waitingFor.length} of ${job.signers.length} signers until ${job.deadline ?? 'it is created'}`;
    case 'ENDED':
      return `${job.outcome}, archived in ${job.archive.folder}`;
    case 'PROCESS_FAILED':
      return `failed with ${job.failure.code}: ${job.failure.message}`;
  }
}

const [command, reference = '', emailAddress = '', file = ''] = process.argv.slice(2);
try {
  const answer = await (command === 'start' ? start(reference, emailAddress, file) : read(reference));
  console.log(`${reference}: ${answer}`);
} catch (error) {
  if (!(error instanceof SigningError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  // As `signering` does: 75 says that the same may be tried again.
  process.exitCode = error.retryable ? 75 : 1;
}
