import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import type { Receipt } from '@signering/storage';
import type { TestStack } from '../fixtures/index.js';
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
    const signal = AbortSignal.timeout(60_000);
    assert.equal((await client.waitForResult('encrypted', { signal })).outcome, 'SIGNED');

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
});
