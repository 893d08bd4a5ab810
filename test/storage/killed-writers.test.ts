import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sweepTemporaries } from '@signering/storage/internal/file-system/temporary-file.js';
import { contentOf, jobOf, ORGANIZATION } from './written-jobs.js';
import {
  describeEachStorage,
  openTemporaryStorage,
  type TemporaryFolder,
  type TemporaryStorage,
} from './temporary-storage.js';

const WRITER = fileURLToPath(new URL('./writer-process.js', import.meta.url));
const KILLS = 12;
/** Each writer loads the AWS SDK first, and a job takes some twenty requests. */
const KILLS_IN_S3 = 4;

describeEachStorage('storage whose writers are killed', (open) => {
  let temporary: TemporaryStorage;
  const children = new Set<ChildProcess>();
  before(async () => {
    temporary = await open();
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await temporary.remove();
  });

  /** Kills a writer in the middle of a job, after it finished a few. Returns the last finished job's number. */
  async function writeUntilKilled(first: number, jobs: number, afterMs: number): Promise<number> {
    const args = [WRITER, String(first), temporary.location, temporary.s3?.endpoint ?? ''];
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    const exit: Promise<readonly unknown[]> = once(child, 'exit');
    let last = first - 1;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      // A moment after one job is done the next is in progress; the interrupted write differs each time.
      if (last - first + 1 === jobs) setTimeout(() => child.kill('SIGKILL'), afterMs);
    }
    const [, signal] = await exit;
    assert.equal(signal, 'SIGKILL', 'the writer exited on its own');
    children.delete(child);
    return last;
  }

  it('loses no completed write, and holds no partial one', async () => {
    const finished = new Set<number>();
    const restart: number[] = [0, 0];
    // Two writers of different speed take the same jobs, so they collide; each continues where it was killed.
    const kills = temporary.s3 === undefined ? KILLS : KILLS_IN_S3;
    for (let kill = 0; kill < kills; kill += 1) {
      await Promise.all(
        restart.map(async (first, writer) => {
          const last = await writeUntilKilled(first, 1 + writer, kill * 2 + writer * 3);
          for (let number = first; number <= last; number += 1) finished.add(number);
          restart[writer] = last + 1;
        }),
      );
    }
    const { ledger, documents, archive } = temporary.storage;
    assert.ok(finished.size >= kills);
    for (const number of finished) {
      const { signatureJobId, reference } = jobOf(number);
      const entry = await ledger.findByJobId(ORGANIZATION, 'PORTAL', signatureJobId);
      assert.equal(entry?.reference, reference);
      assert.ok(entry.confirmedAt);
      const content = contentOf(number);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await documents.read({ sha256, size: content.byteLength });
      await archive.verifyFile(jobOf(number), { name: 'signed.pdf', sha256, size: content.byteLength });
    }
    await theIndexNamesWhatIsUnsettled(Math.max(...finished) + 5);
    await everythingWithANameIsWhole(Math.max(...finished) + 5);
  });

  async function theIndexNamesWhatIsUnsettled(jobs: number): Promise<void> {
    const { ledger } = temporary.storage;
    const listed: string[] = [];
    for await (const found of ledger.unsettled()) {
      assert.ok('entry' in found, 'no entry is damaged');
      listed.push(found.entry.reference);
    }
    const unsettled: string[] = [];
    for (let number = 0; number < jobs; number += 1) {
      const { reference } = jobOf(number);
      const entry = await ledger.find({ organizationNumber: ORGANIZATION, reference });
      if (entry !== undefined && entry.confirmedAt === undefined) unsettled.push(reference);
    }
    assert.deepEqual(listed.sort(), unsettled.sort());
    // Listing removed the markers that killed writers left; markers of claims that were never written may remain.
    const markers = await temporary.raw.list(`ledger/${ORGANIZATION}/unsettled`);
    assert.ok(markers.length <= unsettled.length + 2, `${markers.length} markers`);
  }

  async function everythingWithANameIsWhole(jobs: number): Promise<void> {
    for (let number = 0; number < jobs; number += 1) {
      const { signatureJobId, reference } = jobOf(number);
      const entry = await temporary.storage.ledger.find({ organizationNumber: ORGANIZATION, reference });
      if (entry?.created === undefined) continue;
      const found = await temporary.storage.ledger.findByJobId(ORGANIZATION, 'PORTAL', signatureJobId);
      assert.deepEqual(found, entry, 'an entry with `created` can be found by its job');
    }
    for (const area of ['documents', 'archive']) {
      for (const path of await temporary.raw.list(area)) {
        assert.equal(await temporary.raw.size(`${area}/${path}`), contentOf(0).byteLength, path);
      }
    }
  }
});

describe('a folder whose writers are killed', () => {
  let temporary: TemporaryFolder;
  const children = new Set<ChildProcess>();
  before(async () => {
    temporary = await openTemporaryStorage();
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await temporary.remove();
  });

  it('removes the temporary files of a killed writer at the next write to the folder', async () => {
    const hidden = async () =>
      (await readdir(temporary.root, { recursive: true })).filter((path) => /\/\.[^/]*\.tmp$/u.test(path));
    const { temporary: left, pid } = await writeHalfAFile(join(temporary.root, 'documents', 'half'));
    assert.ok((await hidden()).includes(`documents/half/${left}`));
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    await sweepTemporaries(join(temporary.root, 'documents', 'half'));
    assert.ok(!(await hidden()).includes(`documents/half/${left}`));
  });

  async function writeHalfAFile(folder: string): Promise<{ temporary: string; pid: number }> {
    const module = import.meta.resolve('@signering/storage/internal/file-system/temporary-file.js');
    const program =
      `import { writeTemporary } from ${JSON.stringify(module)};` +
      `await writeTemporary(${JSON.stringify(folder)}, { fill: async (handle) => {` +
      `  await handle.writeFile('half'); process.stdout.write('half\\n'); await new Promise(() => setInterval(() => {}, 1000)); } });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    children.delete(child);
    const [name] = (await readdir(folder)).filter((entry) => entry.endsWith('.tmp'));
    return { temporary: name!, pid: child.pid! };
  }
});
