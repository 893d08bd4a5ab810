// Runs every night: sends the day's contracts, and files those that have ended since the last run.
//   node --env-file=.signering/dev.env dist/docs/examples/integrations/nightly-batch.js contracts.json filed
// contracts.json: [{ "number": "2041", "file": "2041.pdf", "emailAddress": "kari@example.com" }]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningClient, SigningError } from '@signering/client';

interface Contract {
  readonly number: string;
  readonly file: string;
  readonly emailAddress: string;
}

const [list = 'contracts.json', folder = 'filed'] = process.argv.slice(2);
const contracts = JSON.parse(await readFile(list, 'utf8')) as readonly Contract[];
await using client = await SigningClient.connect();

// Repeating is safe: a contract that was sent in an earlier run is found again by its reference.
for (const { number, file, emailAddress } of contracts) {
  await attempt(number, async () => {
    const { existing } = await client.startPortalJob({
      reference: `contract-${number}`,
      title: `Contract ${number}`,
      documents: [{ file }],
      signers: [{ emailAddress }],
    });
    if (!existing) console.log(`${number}: sent`);
  });
}

// A run that fails leaves the moment as it is for the next one. An hour is seen twice, because lists lag a little: files
// that are there already are kept.
await mkdir(folder, { recursive: true });
const until = new Date(Date.now() - 60 * 60 * 1000).toISOString();
const endedAfter = await readFile(join(folder, 'last-run'), 'utf8').catch(() => undefined);
for await (const { reference, status, state } of client.listAllJobs({ endedAfter })) {
  if (status !== 'ENDED' || !reference.startsWith('contract-')) continue;
  await attempt(reference, async () => {
    const { files, missing } = await client.saveSignedDocuments(reference, {
      folder: join(folder, reference.replaceAll('/', '_')),
    });
    console.log(`${reference}: ${state}, ${files.length} files`);
    if (missing.length === 0) return;
    process.exitCode = 1;
    console.error(`${reference}: ${missing.length} files are missing in the archive`);
  });
}
if (process.exitCode === undefined) await writeFile(join(folder, 'last-run'), until);

/** One contract's failure stops no other one. */
async function attempt(what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    process.exitCode = 1;
    console.error(`${what}: ${error.code}: ${error.message}`);
  }
}
