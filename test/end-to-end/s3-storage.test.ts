import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { SigningClient } from '@signering/client';
import {
  freshFolder,
  hold,
  releaseHolds,
  requireS3Server,
  startTestStack,
  waitUntilHolding,
  type TestStack,
} from '../fixtures/index.js';
import { archiveFoldersOf, assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';

type Worker = Awaited<ReturnType<TestStack['startWorker']>>;

describe('two workers with different working folders, on storage in S3', () => {
  let stack: TestStack;
  let client: SigningClient;
  let workers: readonly [Worker, Worker];
  const workingFolders: string[] = [];
  const stops: (() => Promise<void>)[] = [];

  before(async function () {
    const s3Server = await requireS3Server(this);
    stack = await startTestStack({ s3Server, settings: { SIGNERING_API_PROCESSES: '2' } });
    stops.unshift(() => stack.stop());
    workers = [await startWorker(), await startWorker()];
    client = await SigningClient.connect({ env: stack.env });
    stops.unshift(() => client.close());
  });
  afterEach(() => releaseHolds(stack.admin));
  after(async () => {
    for (const stop of stops) await stop();
  });

  function startWorker(): Promise<Worker> {
    const workingFolder = freshFolder('working');
    workingFolders.push(workingFolder);
    return stack.startWorker({ TMPDIR: workingFolder });
  }

  async function assertSigned(reference: string): Promise<void> {
    assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
    await assertSettledOnce(stack, reference);
    const signed = await client.signedDocument(reference);
    assert.equal(Buffer.from(signed).subarray(0, 5).toString(), '%PDF-');
  }

  it('sign a job of each flow, and every command reads its documents', async () => {
    await client.startPortalJob(await portalJob('portal'));
    await stack.admin.act(await createdJobIdOf(client, 'portal'), 1, 'sign');
    await assertSigned('portal');
    const { redirects } = await createdDirectJob(client, await directJob('direct'));
    const { token } = await visit(redirects[0]!.redirectUrl, 'sign');
    await client.signerReturned('direct', { statusQueryToken: token });
    await assertSigned('direct');

    const watched = await stack.signering('watch', 'portal');
    const archive = `${stack.env['SIGNERING_STORAGE']}/archive/`;
    assert.ok(watched.stdout.includes(`Archived in ${archive}`), watched.stdout + watched.stderr);
    const fetched = await stack.signering('fetch', 'direct', '--json');
    assert.equal(fetched.exitCode, 0, fetched.stderr);
    await assert.rejects(client.signedDocument('unknown'), {
      code: 'JOB_NOT_FOUND',
      message: new RegExp(`in the storage ${stack.env['SIGNERING_STORAGE']}\\.`, 'u'),
    });
    const examined = await stack.signering('doctor');
    assert.match(examined.stdout, /created once although it was written\s+twice/u, examined.stderr);
  });

  it('lose nothing when one is killed with kill -9 while signed documents are fetched', async () => {
    const references = ['fetched-1', 'fetched-2', 'fetched-3'];
    for (const reference of references) await client.startPortalJob(await portalJob(reference));
    const ids = await Promise.all(references.map((reference) => createdJobIdOf(client, reference)));
    await hold(stack.admin, 'pades', 'after');
    for (const id of ids) await stack.admin.act(id, 1, 'sign');
    await waitUntilHolding(stack.admin, 'pades', () => workers[0].logged() + workers[1].logged());
    await workers[0].kill9();
    await releaseHolds(stack.admin);
    for (const reference of references) await assertSigned(reference);
    workers = [await startWorker(), workers[1]];
  });

  it('lose nothing when the other is killed between the archive and the confirmation of a direct job', async () => {
    const { redirects } = await createdDirectJob(client, await directJob('confirmed'));
    const { token } = await visit(redirects[0]!.redirectUrl, 'sign');
    await hold(stack.admin, 'confirm', 'before');
    await client.signerReturned('confirmed', { statusQueryToken: token });
    await waitUntilHolding(stack.admin, 'confirm', () => workers[0].logged() + workers[1].logged());
    assert.equal(archiveFoldersOf(stack, 'confirmed').length, 1, 'archived before the confirmation was sent');
    await workers[1].kill9();
    await releaseHolds(stack.admin);
    await assertSigned('confirmed');
  });

  it('leave no download of theirs in a working folder', () => {
    const [, , last] = workingFolders;
    assert.deepEqual(
      readdirSync(last!, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});
