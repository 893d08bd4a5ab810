import assert from 'node:assert/strict';
import type { SigningClient, SigningError, StartedDirectJob } from '@signering/client';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { Visitor } from '../sandbox/stage/visitor.js';
import { assertArchivedBeforeConfirmed, assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, EXIT_URLS, visit, whenCreated } from './direct-jobs.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { useSigningStack } from './signing-stack.js';
import { whileRunning } from '../running-job.js';

const urlOf = ({ redirects }: StartedDirectJob, signer = 1): string => {
  const found = redirects.find((one) => one.signer === signer);
  assert.ok(found !== undefined, `there is no redirect URL for signer ${signer}`);
  return found.redirectUrl;
};

describe('a direct job', () => {
  let stack: TestStack;
  let client: SigningClient;

  useSigningStack((started) => ({ stack, client } = started));

  afterEach(() => releaseHolds(stack.admin));

  const ended = (reference: string) => client.waitForResult(reference);

  it('returns the outcome when the browser returns, and then archives and confirms', async () => {
    const request = await directJob('signed');
    let calls = 0;
    const started = await whenCreated(() => {
      calls += 1;
      return client.startDirectJob(request);
    });
    assert.deepEqual([started.existing, started.redirects.length], [calls > 1, 1]);
    const { exitUrl, token } = await visit(urlOf(started), 'sign');
    assert.ok(exitUrl.startsWith(`${EXIT_URLS.completionUrl}&status_query_token=`), exitUrl);
    await hold(stack.admin, 'pades', 'before');
    const answer = await client.signerReturned('signed', { statusQueryToken: token });
    assert.deepEqual([answer.outcome, answer.signers[0]?.status], ['SIGNED', 'SIGNED']);
    await waitUntilHolding(stack.admin, 'pades');
    assert.equal((await client.getJob('signed')).state, 'ARCHIVING');
    // No signer can sign any more, so no redirect URL exists.
    const repeated = await client.startDirectJob(request);
    assert.deepEqual(
      [repeated.existing, repeated.signatureJobId, repeated.redirects, repeated.outcome],
      [true, started.signatureJobId, [], undefined],
    );
    await assert.rejects(client.createRedirectUrl('signed', { signer: 1 }), { code: 'JOB_ENDED' });
    await releaseHolds(stack.admin);
    const result = await ended('signed');
    assert.deepEqual(
      [result.flow, result.outcome, result.signatureJobId],
      ['DIRECT', 'SIGNED', answer.signatureJobId],
    );
    await assertSettledOnce(stack, 'signed');
    const pdf = await client.signedDocument('signed');
    assert.equal(Buffer.from(pdf.subarray(0, 5)).toString('latin1'), '%PDF-');
    const { stream } = await client.signedDocumentStream('signed');
    const streamed = await new Response(stream).arrayBuffer();
    assert.deepEqual(new Uint8Array(streamed), pdf);
    await assert.rejects(client.signedDocumentStream('signed', { name: 'receipt.json' }), {
      code: 'NO_SUCH_DOCUMENT',
    });
    await assert.rejects(client.signedDocument('signed', { name: 'receipt.json' }), {
      code: 'NO_SUCH_DOCUMENT',
      message: /signed\.pdf/u,
    });
  });

  it('accepts a token twice, immediately and much later, with the same result', async () => {
    const { token } = await visit(urlOf(await createdDirectJob(client, await directJob('twice'))), 'sign');
    const answers = await Promise.all(
      [1, 2].map(() => client.signerReturned('twice', { statusQueryToken: token, proved: true })),
    );
    await ended('twice');
    answers.push(await client.signerReturned('twice', { statusQueryToken: token, proved: true }));
    assert.deepEqual(
      answers.map(({ outcome }) => outcome),
      ['SIGNED', 'SIGNED', 'SIGNED'],
    );
    await assertSettledOnce(stack, 'twice');
  });

  it('rejects a token of another job, and continues', async () => {
    const started = await createdDirectJob(client, await directJob('own-token'));
    await assert.rejects(client.signerReturned('own-token', { statusQueryToken: 'made-up' }), {
      code: 'SIGNING_CEREMONY_NOT_COMPLETED',
      retryable: true,
    });
    const other = await visit(
      urlOf(await createdDirectJob(client, await directJob('other-token'))),
      'reject',
    );
    await assert.rejects(client.signerReturned('own-token', { statusQueryToken: other.token }), {
      code: 'STATUS_QUERY_TOKEN_INVALID',
      retryable: false,
    });
    await assert.rejects(client.signerReturned('own-token', { statusQueryToken: '' }), {
      code: 'STATUS_QUERY_TOKEN_INVALID',
    });
    assert.equal((await client.getJob('own-token')).state, 'WAITING_FOR_SIGNERS');
    const { token } = await visit(urlOf(started), 'sign');
    assert.equal((await client.signerReturned('own-token', { statusQueryToken: token })).outcome, 'SIGNED');
    assert.equal((await ended('own-token')).outcome, 'SIGNED');
  });

  it('is REJECTED when its signer rejects', async () => {
    const request = await directJob('rejected');
    const { exitUrl, token } = await visit(urlOf(await createdDirectJob(client, request)), 'reject');
    assert.ok(exitUrl.startsWith(EXIT_URLS.rejectionUrl), exitUrl);
    assert.equal((await client.signerReturned('rejected', { statusQueryToken: token })).outcome, 'REJECTED');
    assert.equal((await ended('rejected')).outcome, 'REJECTED');
    await assert.rejects(client.createRedirectUrl('rejected', { signer: 1 }), { code: 'JOB_ENDED' });
    const repeated = await client.startDirectJob(request);
    assert.deepEqual([repeated.existing, repeated.redirects, repeated.outcome], [true, [], 'REJECTED']);
    await assert.rejects(client.startDirectJob({ ...request, title: 'Other' }), { code: 'REFERENCE_IN_USE' });
  });

  it('lets a signer whose signing failed try again with a new redirect URL', async () => {
    const started = await createdDirectJob(client, await directJob('failed'));
    const { token } = await visit(urlOf(started), 'fail');
    const answer = await client.signerReturned('failed', { statusQueryToken: token });
    assert.deepEqual([answer.outcome, answer.signers[0]?.status], [undefined, 'FAILED']);
    assert.deepEqual(whileRunning(await client.getJob('failed')).waitingFor, [1]);
    const fresh = await client.createRedirectUrl('failed', { signerIdentifier: 'CUSTOMER-1' });
    const again = await visit(fresh.redirectUrl, 'sign');
    assert.equal(
      (await client.signerReturned('failed', { statusQueryToken: again.token })).outcome,
      'SIGNED',
    );
  });

  it('has redirect URLs for one visit; a new one invalidates the old, and the same request returns the newest', async () => {
    const request = await directJob('visited');
    const first = urlOf(await createdDirectJob(client, request));
    assert.equal((await new Visitor(first).open(first)).status, 200);
    assert.notEqual((await new Visitor(first).open(first)).status, 200);
    const { redirectUrl: second } = await client.createRedirectUrl('visited', { signer: 1 });
    const { redirectUrl: third } = await client.createRedirectUrl('visited', { signer: 1 });
    assert.notEqual((await new Visitor(second).open(second)).status, 200);
    const again = await client.startDirectJob(request);
    assert.deepEqual([again.existing, urlOf(again)], [true, third]);
    await visit(third, 'sign');
    await assert.rejects(client.createRedirectUrl('visited', { signer: 2 }), { code: 'SIGNER_NOT_FOUND' });
    await assert.rejects(
      client.createRedirectUrl('visited', { personalIdentificationNumber: SYNTHETIC_SIGNERS[0]! }),
      (error: Error) => {
        assert.ok(!error.message.includes(SYNTHETIC_SIGNERS[0]!), 'the message quotes an identity number');
        return true;
      },
    );
  });

  it('has two signers, one by identity number and one by the sender’s identifier, each with a separate URL', async () => {
    const signers = [
      { personalIdentificationNumber: SYNTHETIC_SIGNERS[0]! },
      { signerIdentifier: 'CUSTOMER-2' },
    ];
    const started = await createdDirectJob(client, await directJob('two', { signers }));
    const second = await visit(urlOf(started, 2), 'sign');
    const half = await client.signerReturned('two', { statusQueryToken: second.token });
    for (const signed of [{ signer: 2 }, { signerIdentifier: 'CUSTOMER-2' }]) {
      await assert.rejects(client.createRedirectUrl('two', signed), { code: 'SIGNER_NOT_WAITING' });
    }
    const otherKind = { signerIdentifier: SYNTHETIC_SIGNERS[0]! };
    await assert.rejects(client.createRedirectUrl('two', otherKind), { code: 'SIGNER_NOT_FOUND' });
    assert.deepEqual(
      half.signers.map(({ maskedIdentifier, status }) => [maskedIdentifier, status]),
      [
        [`${SYNTHETIC_SIGNERS[0]!.slice(0, 2)}*********`, 'WAITING'],
        ['CUSTOMER-2', 'SIGNED'],
      ],
    );
    assert.equal(half.outcome, undefined);
    await waitFor(async () => whileRunning(await client.getJob('two')).waitingFor.join() === '1', {
      what: 'the first signer is waited for',
    });
    const fresh = await client.createRedirectUrl('two', {
      personalIdentificationNumber: SYNTHETIC_SIGNERS[0]!,
    });
    assert.deepEqual(Object.keys(fresh), ['signer', 'redirectUrl']);
    const first = await visit(fresh.redirectUrl, 'sign');
    assert.equal((await client.signerReturned('two', { statusQueryToken: first.token })).outcome, 'SIGNED');
    const { archive } = await ended('two');
    assert.deepEqual(
      archive.documents.map(({ name }) => name),
      ['signed.pdf', 'xades-1.xml', 'xades-2.xml'],
    );
    await assertSettledOnce(stack, 'two');
  });

  it('gets its status from the queue with POLLING, although no browser returns', async () => {
    const request = await directJob('polled', { statusRetrievalMethod: 'POLLING' });
    const started = await createdDirectJob(client, request);
    const { token } = await visit(urlOf(started), 'sign');
    const result = await ended('polled');
    assert.equal(result.outcome, 'SIGNED');
    await assertArchivedBeforeConfirmed(stack, 'polled', result.signatureJobId);
    // A site may still hand its tokens in.
    assert.equal((await client.signerReturned('polled', { statusQueryToken: token })).outcome, 'SIGNED');
  });

  it('cannot be cancelled, and a portal job has no redirect URLs', async () => {
    await createdDirectJob(client, await directJob('no-cancel'));
    await assert.rejects(client.cancelJob('no-cancel', { reason: 'why not' }), {
      code: 'NOT_IN_THIS_FLOW',
      message: /no cancellation/u,
    });
    await client.startPortalJob(await portalJob('portal-job'));
    // Or the hold of the next test would meet its create.
    await waitFor(async () => (await client.getJob('portal-job')).signatureJobId, { what: 'it is created' });
    await assert.rejects(client.createRedirectUrl('portal-job', { signer: 1 }), { code: 'NOT_IN_THIS_FLOW' });
    await assert.rejects(client.signerReturned('portal-job', { statusQueryToken: 'token' }), {
      code: 'NOT_IN_THIS_FLOW',
    });
    await assert.rejects(client.createRedirectUrl('unused', { signer: 1 }), { code: 'JOB_NOT_FOUND' });
    await assert.rejects(
      client.createRedirectUrl(SYNTHETIC_SIGNERS[0]!, { signer: 1 }),
      (error: SigningError) => {
        assert.equal(error.code, 'JOB_NOT_FOUND');
        const told = `${error.message} ${JSON.stringify(error.facts)}`;
        assert.ok(!told.includes(SYNTHETIC_SIGNERS[0]!), 'the error quotes an identity number');
        return true;
      },
    );
  });

  it('returns JOB_NOT_CREATED_YET to each caller while the service is slow to create it', async () => {
    await hold(stack.admin, 'create', 'before');
    const slow = { code: 'JOB_NOT_CREATED_YET', retryable: true };
    const started = assert.rejects(client.startDirectJob(await directJob('slow')), slow);
    await waitUntilHolding(stack.admin, 'create');
    await assert.rejects(client.createRedirectUrl('slow', { signer: 1 }), slow);
    await started;
  });

  it('that the service rejects returns the code to the caller that waits for its redirect URLs', async () => {
    // The sandbox's usual sender is a private one, who may ask for security level 4 only.
    const request = await directJob('refused', { requiredAuthentication: 3 });
    await hold(stack.admin, 'create', 'before');
    const started = assert.rejects(createdDirectJob(client, request), { code: 'DOCUMENT_PACKAGE_REFUSED' });
    await waitUntilHolding(stack.admin, 'create');
    // A visit to its exit URL meanwhile does not prevent its end.
    const returned = assert.rejects(
      whenCreated(() => client.signerReturned('refused', { statusQueryToken: 'made-up' })),
      { code: 'DOCUMENT_PACKAGE_REFUSED' },
    );
    await waitFor(async () => (await client.getJob('refused')).state === 'CREATING', {
      what: 'it is being created',
    });
    await releaseHolds(stack.admin);
    await Promise.all([started, returned]);
    const refused = await client.getJob('refused');
    assert.ok(refused.status === 'PROCESS_FAILED');
    assert.equal(refused.failure.code, 'DOCUMENT_PACKAGE_REFUSED');
    // A process that failed keeps its last state and its signers: FAILED is an outcome of the service.
    assert.equal(refused.state, 'CREATING');
    assert.deepEqual(
      refused.signers.map(({ signer, status }) => [signer, status]),
      [[1, 'WAITING']],
    );
  });
});
