import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure, Client, WorkflowFailedError, type Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  signingStartOptionsOf,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type CancelInput,
  type Flow,
  type PortalSigningInput,
} from '@signering/contract';
import { createDataConverter, parseKeys } from '@signering/encryption';
import { demandStorageId, openFileStorage } from '@signering/storage';
import { PROJECT } from '../docs/project-files.js';
import type { TestStack } from '../fixtures/index.js';
import { doubtNextCreate, playCancelled, playDirect, playTwins } from '../payloads/play-jobs.js';
import { later, missingIn, RECORDED } from '../payloads/recorded-payloads.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

describe('data that a later version wrote', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  useSigningStack((started) => ({ stack, client, connection } = started));

  for (const workflowType of Object.values(WORKFLOW_TYPES)) {
    it(`as the input of ${workflowType} fails the workflow, and the workers have to be upgraded`, async () => {
      const dataConverter = createDataConverter(parseKeys(stack.env['SIGNERING_KEYS'] ?? ''));
      const { workflow } = new Client({ connection, namespace: stack.temporal.namespace, dataConverter });
      for (const [given, message] of [
        [{ version: 2 }, /input: its format has version 2, .*Upgrade the workers/u],
        [{ version: '1.1' }, /input: its format has version 1\.1, .*Upgrade the workers/u],
        [{ version: { personal: 'data' } }, /input: its format has a version that .*Upgrade the workers/u],
        [{}, /input: it has no version.*Upgrade or correct the system that started the workflow/u],
      ] as const) {
        const run = workflow.execute(workflowType, {
          workflowId: `later-${workflowType}`,
          taskQueue: TASK_QUEUE,
          args: [{ ...given, organizationNumber: '312345676', reference: 'later' }],
        });
        await assert.rejects(run, (error: unknown) => {
          assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
          assert.equal(error.cause.type, 'VERSION_NOT_SUPPORTED');
          assert.match(error.cause.message, message);
          return true;
        });
      }
    });
  }

  for (const { release, portalSigning, directSigning } of RECORDED) {
    for (const [who, change] of [
      ['an older client', <Payload>(payload: Payload) => payload],
      // Workers are upgraded first: the members that only a later version has are ignored.
      ['a client of a later version', <Payload>(payload: Payload) => later(payload, {})],
    ] as const) {
      it(`as the payloads of ${release}, sent by ${who}, carries out a job of each flow`, async () => {
        const start = async (flow: Flow, input: object, reference: string) => {
          const { storageIdentity, documents } = await openFileStorage({ root: stack.storageFolder });
          const content = readFileSync(join(PROJECT, 'docs/examples/contract.pdf'));
          await documents.put(content, { name: 'contract.pdf', mediaType: 'application/pdf' });
          const storageId = await demandStorageId(storageIdentity);
          const given = change({ ...(input as PortalSigningInput), reference, storageId });
          const type = flow === 'PORTAL' ? WORKFLOW_TYPES.portalSigning : WORKFLOW_TYPES.directSigning;
          return workflowsOf(stack, connection).start(type, {
            ...signingStartOptionsOf(flow, given),
            taskQueue: TASK_QUEUE,
          });
        };
        await doubtNextCreate(stack.admin);
        const twins = await start('PORTAL', portalSigning.input, `${release} twins, ${who}`);
        const portal = await playTwins(twins, `${release} twins, ${who}`, stack.admin);
        const withdrawn = await start('PORTAL', portalSigning.input, `${release} withdrawn, ${who}`);
        const cancel = await playCancelled(
          withdrawn,
          change(portalSigning.cancel.input as unknown as CancelInput),
        );
        const direct = await playDirect(
          await start('DIRECT', directSigning.input, `${release} direct, ${who}`),
          change,
        );
        assert.deepEqual([portal.result.outcome, direct.result.outcome], ['SIGNED', 'SIGNED']);
        assert.equal(cancel.answer.result, 'CANCELLED');
        assert.equal(direct.signerReturned.failure?.type, 'STATUS_QUERY_TOKEN_INVALID');
        // The older client finds every member that its version has.
        // Whether the job that was not signed could be withdrawn depends on which of the two ended first.
        const missing = missingIn({ ...portal, cancel }, omit(portalSigning));
        assert.deepEqual(
          missing.filter((path) => !path.endsWith('.withdrawn')),
          [],
        );
        assert.deepEqual(missingIn(direct, omit(directSigning)), []);
      });
    }
  }

  it('with words that this version does not know is UNKNOWN with their text', async () => {
    const request = await portalJob('worded');
    await client.startPortalJob(request);
    await stack.admin.act(await createdJobIdOf(client, 'worded'), 1, 'sign');
    await client.waitForResult('worded');
    const files = readdirSync(stack.storageFolder, { recursive: true, encoding: 'utf8' });
    const kept = files.filter((name) => /^ledger\/.*\d+\.json$|receipt\.json$/u.test(name));
    for (const path of kept.map((file) => join(stack.storageFolder, file))) {
      const text = readFileSync(path, 'utf8');
      rmSync(path);
      writeFileSync(path, text.replaceAll('"outcome": "SIGNED"', '"outcome": "WITHDRAWN", "later": 1'));
    }
    assert.ok((await client.signedDocument('worded')).byteLength > 0);
    const again = await client.startPortalJob(request);
    assert.deepEqual([again.outcome, again.outcomeText], ['UNKNOWN', 'WITHDRAWN']);
  });

  it('as a ledger entry or a receipt is not taken for damaged', async () => {
    await client.startPortalJob(await portalJob('kept'));
    await stack.admin.act(await createdJobIdOf(client, 'kept'), 1, 'sign');
    await client.waitForResult('kept');
    const files = readdirSync(stack.storageFolder, { recursive: true, encoding: 'utf8' });
    const raise = (file: string): void => {
      const path = join(stack.storageFolder, file);
      const data = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...data, version: 2 }));
    };
    const later = { code: 'VERSION_NOT_SUPPORTED', message: /has version 2.*Upgrade this client or worker/u };
    const receipt = files.find((file) => file.endsWith('kept/receipt.json')) ?? '';
    raise(receipt);
    await assert.rejects(client.signedDocument('kept'), later);
    for (const file of files.filter((name) => /^ledger\/.*\d+\.json$/u.test(name))) raise(file);
    await assert.rejects(client.startPortalJob(await portalJob('kept')), later);
  });
});

/** What a worker answered, without what it was started with. */
function omit({ input: _, ...answers }: { readonly input: unknown }): object {
  return answers;
}
