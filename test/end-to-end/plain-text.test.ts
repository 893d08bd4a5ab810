import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningClient } from '@signering/client';
import type { TestStack } from '../fixtures/index.js';
import { onePagePdf, portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

describe('a plain text beside a PDF', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack((started) => ({ stack, client } = started));

  it('is sent as text, signed and archived', async () => {
    const file = join(stack.folder, 'vilkår.txt');
    writeFileSync(file, 'Vi låner deg ti kroner.\n');
    const documents = [{ file }, { content: await onePagePdf('Agreement'), name: 'agreement.pdf' }];
    await client.startPortalJob({ ...(await portalJob('text')), documents });
    const id = await createdJobIdOf(client, 'text');
    await stack.admin.act(id, 1, 'sign');
    const { outcome, archive } = await client.waitForResult('text');
    assert.equal(outcome, 'SIGNED');
    assert.ok(archive.documents.every(({ check }) => check.result !== 'BROKEN'));
  });
});
