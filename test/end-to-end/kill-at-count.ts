import { S3Client } from '@aws-sdk/client-s3';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

// Loaded into a process with `--import`: kills it when it has done something for the given number of times.

/** What is counted: removals of stored documents in a folder, or claims of references in S3. */
export interface KillCount {
  readonly counted: 'REMOVED_DOCUMENT' | 'CLAIM_IN_S3';
  readonly number: number;
}

/** Holds a {@link KillCount} as JSON. */
export const KILL_COUNT = 'TEST_KILL_COUNT';

const given = process.env[KILL_COUNT];
if (given !== undefined) install(JSON.parse(given) as KillCount);

function install({ counted, number }: KillCount): void {
  let count = 0;
  const done = (): void => {
    count += 1;
    if (count === number) process.kill(process.pid, 'SIGKILL');
  };
  if (counted === 'REMOVED_DOCUMENT') countRemovals(done);
  else countClaims(done);
}

function countRemovals(done: () => void): void {
  const unlink = promises.unlink.bind(promises);
  promises.unlink = async (path) => {
    await unlink(path);
    if (/\/documents\/[0-9a-f]{2}\/[0-9a-f]{64}$/u.test(String(path))) done();
  };
  syncBuiltinESMExports();
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly Key?: string };
}

function countClaims(done: () => void): void {
  const prototype = S3Client.prototype as unknown as { send: (command: Command) => Promise<unknown> };
  const send = prototype.send;
  prototype.send = async function (this: S3Client, ...args) {
    const answer = await send.apply(this, args);
    const [{ constructor, input }] = args;
    if (constructor.name === 'PutObjectCommand' && /\/ledger\/.*\/references\//u.test(input.Key ?? ''))
      done();
    return answer;
  };
}
