import assert from 'node:assert/strict';
import { z } from 'zod';
import { SigningClient } from '@signering/client';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';

/** The sandbox's own record; the organisation is the caller's. */
const LEDGER = z.object({
  calls: z.array(
    z.looseObject({
      operation: z.string().optional(),
      signatureJobId: z.string().optional(),
      path: z.string(),
      organizationNumber: z.string(),
    }),
  ),
});

describe('a broker', () => {
  let stack: TestStack;
  let broker: SigningClient;
  let brokersEnv: Readonly<Record<string, string>>;
  /** Two senders for whom it may send, and one for whom it may not. */
  let senders: { readonly one: string; readonly other: string; readonly forbidden: string };

  before(async () => {
    stack = await startTestStack();
    const { otherCertificates, organizationNumber: one } = stack.sandbox().announcement;
    const certificate = otherCertificates['broker']!;
    senders = {
      one,
      other: otherCertificates['publicSender']!.organizationNumber,
      forbidden: otherCertificates['unauthorized']!.organizationNumber,
    };
    brokersEnv = {
      SIGNERING_ORGANIZATION: certificate.organizationNumber,
      SIGNERING_CERTIFICATE: certificate.file,
      SIGNERING_CERTIFICATE_PASSWORD: certificate.password,
      SIGNERING_SENDERS: Object.values(senders).join(','),
    };
    await stack.startWorker(brokersEnv);
    broker = await SigningClient.connect({ env: { ...stack.env, ...brokersEnv } });
  });
  after(async () => {
    await broker.close();
    await stack.stop();
  });

  const created = (client: SigningClient, reference: string) =>
    waitFor(async () => (await client.getJob(reference)).signatureJobId, { what: 'the job is created' });

  it('runs jobs of several senders over one connection, with references and an archive for each sender', async () => {
    const reference = 'the same for both';
    for (const sender of [senders.one, senders.other]) {
      const client = broker.forSender(sender);
      const { existing, workflowId } = await client.startPortalJob(await portalJob(reference));
      assert.deepEqual([existing, workflowId], [false, `signing/${sender}/${reference}`]);
      const id = await created(client, reference);
      const creates = LEDGER.parse(await stack.admin.call('GET', '/ledger')).calls.filter(
        ({ operation, signatureJobId }) => operation === 'create' && signatureJobId === id,
      );
      assert.deepEqual(
        creates.map(({ path, organizationNumber }) => [path, organizationNumber]),
        [[`/api/${sender}/portal/signature-jobs`, brokersEnv['SIGNERING_ORGANIZATION']]],
      );
      await stack.admin.act(id, 1, 'sign');
      const { outcome, organizationNumber, archive } = await client.waitForResult(reference);
      assert.deepEqual([outcome, organizationNumber], ['SIGNED', sender]);
      assert.ok(archive.folder.startsWith(`${sender}/`), archive.folder);
      assert.equal(Buffer.from(await client.signedDocument(reference)).toString('latin1', 0, 5), '%PDF-');
      await client.close();
    }
    await assert.rejects(broker.getJob(reference), { code: 'JOB_NOT_FOUND' });
  });

  it('gets redirect URLs in the direct flow for a sender', async () => {
    const client = broker.forSender(senders.other, { sector: 'PUBLIC' });
    const { redirects, workflowId } = await createdDirectJob(client, await directJob('direct'));
    assert.equal(workflowId, `signing/${senders.other}/direct`);
    assert.equal(redirects.length, 1);
  });

  it('applies the rules of the sector that it configures for a sender', async () => {
    const request = { ...(await portalJob('level 3')), requiredAuthentication: 3 } as const;
    await assert.rejects(broker.forSender(senders.one, { sector: 'PRIVATE' }).startPortalJob(request), {
      code: 'INVALID_REQUEST',
      message: /requiredAuthentication: must be 4/u,
    });
  });

  it('fails for a sender that the worker’s settings do not name, without a call to the service', async () => {
    const sender = '987654325';
    const client = broker.forSender(sender);
    await client.startPortalJob(await portalJob('not-named'));
    await assert.rejects(client.waitForResult('not-named'), {
      code: 'SENDER_NOT_ALLOWED',
      message: /987654325.*SIGNERING_SENDERS/u,
    });
    const { calls } = LEDGER.parse(await stack.admin.call('GET', '/ledger'));
    assert.ok(calls.every(({ path }) => !path.includes(sender)));
  });

  it('fails for a sender who has not authorized it, and for no other reason', async () => {
    const client = broker.forSender(senders.forbidden);
    await client.startPortalJob(await portalJob('forbidden'));
    await assert.rejects(client.waitForResult('forbidden'), {
      code: 'BROKER_NOT_AUTHORIZED',
      retryable: false,
    });
  });

  it('rejects an invalid organisation number', () => {
    for (const number of ['', '12345678', '1234567890', '31234567x']) {
      assert.throws(() => broker.forSender(number), { code: 'INVALID_REQUEST' });
    }
  });

  it('names the sender on the command line', async () => {
    const client = broker.forSender(senders.one);
    await client.startPortalJob(await portalJob('by-command'));
    await created(client, 'by-command');
    const command = ['status', 'by-command', '--json'];
    const elsewhere = await stack.signering(...command, '--sender', senders.other);
    assert.match(elsewhere.stderr, /JOB_NOT_FOUND|no job with reference/u);
    const { stdout } = await stack.signering(...command, '--sender', senders.one);
    const job = JSON.parse(stdout) as { readonly organizationNumber: string; readonly state: string };
    assert.deepEqual([job.organizationNumber, job.state], [senders.one, 'WAITING_FOR_SIGNERS']);
    const wrong = await stack.signering(...command, '--sender', '31234567');
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /nine digits/u);
  });
});
