import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { startSandbox } from '@signering/sandbox';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { element } from './stage/answer-elements.js';
import { startTestSandbox, type TestSandbox } from './stage/test-sandbox.js';

describe('a sandbox', () => {
  let sandbox: TestSandbox;
  beforeEach(async () => {
    sandbox = await startTestSandbox();
  });
  afterEach(async () => await sandbox.close());

  it('announces everything that a client needs', async () => {
    const { announcement } = sandbox.sandbox();
    assert.match(announcement.apiUrl, /^https:\/\/127\.0\.0\.1:\d+\/api$/u);
    assert.match(announcement.adminUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/u);
    assert.equal((await fetch(announcement.pagesUrl)).status, 200);
    const own = await loadEnterpriseCertificate(announcement.certificate);
    assert.equal(own.organizationNumber, announcement.organizationNumber);
    for (const other of Object.values(announcement.otherCertificates)) {
      assert.equal((await loadEnterpriseCertificate(other)).organizationNumber, other.organizationNumber);
    }
  });

  it('answers probes, and is not ready while its state folder is away', async () => {
    const { origin } = new URL(sandbox.sandbox().announcement.adminUrl);
    const readiness = async (): Promise<unknown> => {
      const response = await fetch(`${origin}/readyz`);
      return [response.status, await response.json()];
    };
    assert.equal((await fetch(`${origin}/healthz`)).status, 200);
    assert.deepEqual(await readiness(), [200, { api: true, state: true }]);
    const away = `${sandbox.stateFolder}-away`;
    await rename(sandbox.stateFolder, away);
    try {
      assert.deepEqual(await readiness(), [503, { api: true, state: false }]);
    } finally {
      await rename(away, sandbox.stateFolder);
    }
  });

  it('uses the same ports and continues with its jobs after a restart', async () => {
    const before = sandbox.sandbox().announcement;
    const { text } = await (await sandbox.sender()).create();
    await sandbox.admin('POST', '/clock', { advanceSeconds: 60 });
    await sandbox.restart();
    assert.deepEqual(sandbox.sandbox().announcement, before);
    const cancelled = await (await sandbox.sender()).call('POST', element(text, 'cancellation-url'));
    assert.equal(cancelled.status, 204);
    const clock = (await sandbox.admin('GET', '/clock')) as { readonly aheadSeconds: number };
    assert.equal(clock.aheadSeconds, 60);
  });

  it('uses a different port if its port is taken', async () => {
    const port = Number(new URL(sandbox.sandbox().announcement.apiUrl).port);
    await sandbox.sandbox().close();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      await sandbox.restart();
      assert.notEqual(Number(new URL(sandbox.sandbox().announcement.apiUrl).port), port);
    } finally {
      other.close();
    }
  });

  it('does not start on a given port that is taken, and leaves nothing open', async () => {
    const port = Number(new URL(sandbox.sandbox().announcement.apiUrl).port);
    const stateFolder = join(sandbox.stateFolder, 'other');
    const start = startSandbox({ port, stateFolder, emptyQueueWaitMs: 0 });
    await assert.rejects(start, { code: 'INVALID_SETTINGS', message: /is taken/u });
  });

  it('does not start on the folder of another running sandbox', async () => {
    const { stateFolder } = sandbox;
    const start = startSandbox({ port: 0, stateFolder, emptyQueueWaitMs: 0 });
    await assert.rejects(start, { code: 'INVALID_SETTINGS', message: /another sandbox runs/u });
  });

  it('names the file that it cannot read', async () => {
    const stateFolder = join(sandbox.stateFolder, 'broken');
    await mkdir(stateFolder);
    await writeFile(join(stateFolder, 'clock.json'), '{"version":1}');
    const start = () => startSandbox({ port: 0, stateFolder, emptyQueueWaitMs: 0 });
    await assert.rejects(start(), { code: 'INVALID_SETTINGS', message: /clock\.json/u });
    await writeFile(join(stateFolder, 'clock.json'), '{"version":2}');
    const later = {
      code: 'VERSION_NOT_SUPPORTED',
      message: /clock\.json: .*version 2.*Upgrade the sandbox, or start it with another state folder/u,
    };
    await assert.rejects(start(), later);
  });

  it('starts beside files that it did not write', async () => {
    await sandbox.sandbox().close();
    const file = join(sandbox.stateFolder, 'jobs', '.DS_Store');
    await writeFile(file, 'what a desktop remembers of the folder');
    await sandbox.restart();
    assert.match(await readFile(file, 'utf8'), /desktop/u);
  });

  it('removes incomplete writes after a crash', async () => {
    const { text } = await (await sandbox.sender()).create();
    const id = element(text, 'signature-job-id');
    await sandbox.sandbox().close();
    const jobs = join(sandbox.stateFolder, 'jobs');
    await mkdir(join(jobs, '9999999'));
    await writeFile(join(jobs, '9999999', 'half'), 'half');
    await writeFile(join(jobs, id, 'job.json.x.tmp'), '{"half');
    await writeFile(join(sandbox.stateFolder, 'clock.json.x.tmp'), '{"half');
    await appendFile(join(sandbox.stateFolder, 'ledger.jsonl'), '{"number":2,"ti');
    await sandbox.restart();
    assert.deepEqual(await readdir(jobs), [id]);
    for (const folder of [join(jobs, id), sandbox.stateFolder]) {
      assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.tmp')));
    }
    assert.equal(((await sandbox.admin('GET', '/ledger')) as { calls: unknown[] }).calls.length, 1);
  });
});
