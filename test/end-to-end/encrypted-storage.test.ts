import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { formatKeys, generateKey } from '@signering/encryption';
import type { Receipt } from '@signering/storage';
import { runSignering, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const TITLE = 'Employment agreement of Kari Nordmann';

describe('a job on encrypted storage', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack(
    (started) => {
      ({ stack, client } = started);
    },
    { settings: { SIGNERING_STORAGE_ENCRYPTION: 'on' } },
  );

  it('leaves no document and no title in clear, and commands without the setting read it', async () => {
    const request = await portalJob('encrypted');
    await client.startPortalJob({ ...request, title: TITLE });
    await stack.admin.act(await createdJobIdOf(client, 'encrypted'), 1, 'sign');
    assert.equal((await client.waitForResult('encrypted')).outcome, 'SIGNED');

    const entries = await readdir(stack.storageFolder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    assert.ok(files.some(({ name }) => name === 'signed.pdf'));
    for (const { parentPath, name } of files) {
      const content = await readFile(join(parentPath, name));
      for (const text of [TITLE, '%PDF', '<XAdES', 'X509Certificate']) {
        assert.ok(!content.includes(text), `${name} has ${text} in clear`);
      }
    }

    const other = await SigningClient.connect({ env: { ...stack.env, SIGNERING_STORAGE_ENCRYPTION: 'off' } });
    try {
      const signed = await other.signedDocument('encrypted');
      assert.equal(Buffer.from(signed).subarray(0, 5).toString(), '%PDF-');
      const { stream } = await other.receiptStream('encrypted');
      const receipt = (await new Response(stream).json()) as Receipt;
      assert.deepEqual([receipt.reference, receipt.outcome], ['encrypted', 'SIGNED']);
    } finally {
      await other.close();
    }
    const exported = await stack.signering('export', 'encrypted', '--format', 'noark5', '--out', 'exported');
    assert.equal(exported.exitCode, 0, exported.stderr);
    const pdf = await readFile(join(stack.folder, 'exported', 'signed.pdf'));
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.ok((await readFile(join(stack.folder, 'exported', 'metadata.json'), 'utf8')).includes(TITLE));
    const evidence = await stack.signering('evidence', join(stack.folder, 'exported', 'signed.pdf'));
    assert.equal(evidence.exitCode, 0, evidence.stdout + evidence.stderr);
  });

  it('names the key that is missing in each command that needs it, and writes nothing', async () => {
    const newKey = formatKeys([generateKey('new-1')]);
    const env = { ...stack.env, SIGNERING_KEYS: newKey };
    const failureOf = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stderr } = await runSignering({ args, env, cwd: stack.folder });
      assert.equal(exitCode, 2, stderr);
      return stderr.replaceAll(/\s+/gu, ' ');
    };
    assert.match(await failureOf('status', 'encrypted'), /"new-1" is a key that no worker has used yet/u);

    await stack.startWorker({ SIGNERING_KEYS: `${stack.env['SIGNERING_KEYS']},${newKey}` });
    const missing = /under key "test-1", which this process does not have.*to SIGNERING_KEYS/u;
    assert.match(await failureOf('status', 'encrypted'), missing);
    assert.match(await failureOf('fetch', 'encrypted', '--out', 'unread'), missing);
    assert.match(await failureOf('export', 'encrypted', '--format', 'noark5', '--out', 'unread'), missing);
    assert.equal(existsSync(join(stack.folder, 'unread')), false);
  });
});
