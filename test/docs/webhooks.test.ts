import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { jsonSchemas } from '@signering/contract/schemas';
import { WEBHOOK_TYPES } from '@signering/schema';
import { loadWorkerSettings } from '@signering/settings';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf } from '../end-to-end/signing-stack.js';
import { newSecret, webhookSettings } from '../end-to-end/webhook-receiver.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { startExample } from './example-process.js';
import { codeBlocks, codeWords, sectionUnder, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const PAGE = readProjectFile('docs/webhooks.md');
const EXAMPLE = 'docs/examples/webhook-receiver.ts';

describe('docs/webhooks.md', () => {
  let stack: TestStack;
  let client: SigningClient;

  before(async () => {
    stack = await startTestStack();
    client = await SigningClient.connect({ env: stack.env });
  });
  after(async () => {
    await client.close();
    await stack.stop();
  });

  it('lists the types of events', () => {
    const listed = tableRowsUnder(PAGE, '## Events').map(([type = '']) => codeWords(type)[0]);
    assert.deepEqual(listed, WEBHOOK_TYPES);
  });

  it('has a body that the schema accepts', () => {
    const [body = ''] = codeBlocks(sectionUnder(PAGE, '## Events'), 'json');
    const ajv = new Ajv2020({ strict: false });
    assert.ok(ajv.validate(jsonSchemas()['webhook-payload'], JSON.parse(body)), ajv.errorsText());
  });

  it('has settings that a worker accepts', () => {
    const [receivers = ''] = codeBlocks(sectionUnder(PAGE, '## Receivers'), 'json');
    const file = join(stack.folder, 'documented.json');
    writeFileSync(file, receivers);
    const { webhooks } = loadWorkerSettings({ ...stack.env, SIGNERING_WEBHOOKS: file });
    assert.deepEqual(
      webhooks.receivers.map(({ id }) => id),
      ['case-system'],
    );
  });

  it('has a receiver, word for word as in the example, that takes the events of a job', async () => {
    assert.deepEqual(codeBlocks(PAGE, 'ts'), [readProjectFile(EXAMPLE)]);
    const secret = newSecret();
    const receiver = await startExample({
      source: EXAMPLE,
      args: [],
      stack,
      announcement: /^Listens on port (\d+)/u,
      env: { WEBHOOK_SECRET: secret },
    });
    try {
      const url = `http://127.0.0.1:${receiver.announced}/`;
      const forged = await fetch(url, { method: 'POST', body: '{}' });
      assert.equal(forged.status, 400);
      await stack.startWorker(webhookSettings([{ id: 'case-system', url, secrets: [secret] }]));
      await client.startPortalJob(await portalJob('contract-2041'));
      await stack.admin.act(await createdJobIdOf(client, 'contract-2041'), 1, 'sign');
      await waitFor(() => receiver.log().includes('job.archived'), {
        what: 'the last event',
        explain: () => receiver.log(),
      });
      assert.deepEqual(receiver.log().trim().split('\n').slice(1), [
        'contract-2041 event 1 job.created',
        'contract-2041 event 2 signer.signed',
        'contract-2041 event 3 job.completed SIGNED',
        'contract-2041 event 4 job.archived SIGNED',
      ]);
    } finally {
      await receiver.stop();
    }
  });

  it('has commands that run as they are written', async () => {
    const lines = codeBlocks(PAGE, 'sh').flatMap((block) => block.trim().split('\n'));
    assert.ok(lines.length > 0);
    for (const line of lines) {
      const words = (line.match(/'[^']*'|\S+/gu) ?? []).map((word) => word.replaceAll("'", ''));
      assert.deepEqual(words.slice(0, 2), ['npx', 'signering']);
      const { exitCode, stdout, stderr } = await stack.signering(...words.slice(2));
      assert.equal(exitCode, 0, `${line}: ${stderr}`);
      assert.match(stdout, /webhook/u);
    }
  });
});
