import assert from 'node:assert/strict';
import { element, elements, statusesIn } from '../stage/answer-elements.js';
import { signerByEmail, signerByLookup, signerByNumber } from '../stage/order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

interface AdminSigner {
  readonly status: string;
  readonly since: string;
  readonly availableAt?: string;
  readonly deadline?: string;
}
interface AdminJob {
  readonly createdAt: string;
  readonly signers: readonly AdminSigner[];
}

describe('the lifecycle of a job', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(async () => await api.close());

  const chain = (orders: readonly number[]) =>
    orders.map((order, index) => signerByNumber(index + 1, { order }));
  const statuses = async (id: string): Promise<readonly string[]> =>
    (await api.admin<AdminJob>('GET', `/jobs/${id}`)).signers.map(({ status }) => status);

  it('lets a group sign in parallel, and the next one only when the whole group has signed', async () => {
    const id = await api.createJob({ signers: chain([5, 2, 2]) });
    await api.admin('POST', `/jobs/${id}/signers/1/sign`, undefined, 409);
    await api.sign(id, 3);
    await api.admin('POST', `/jobs/${id}/signers/1/sign`, undefined, 409);
    await api.sign(id, 2, 1);
    assert.match((await api.poll()).text, /COMPLETED_SUCCESSFULLY/u);
  });

  it('gives each group the full availability from the start of its turn', async () => {
    const id = await api.createJob({
      signers: chain([1, 2]),
      manifest: { availability: { availableSeconds: DAY } },
    });
    await api.advance(20 * HOUR);
    await api.sign(id, 1);
    await api.advance(20 * HOUR);
    assert.equal((await api.poll()).text.includes('IN_PROGRESS'), true);
    await api.advance(4 * HOUR + 1);
    const { text } = await api.poll();
    assert.match(text, /<status>FAILED<\/status>/u);
    assert.deepEqual(
      statusesIn(text).map(({ status }) => status),
      ['SIGNED', 'EXPIRED'],
    );
  });

  it('expires the available group at its deadline; later groups become NOT_APPLICABLE', async () => {
    const id = await api.createJob({
      signers: chain([1, 1, 2]),
      manifest: { availability: { availableSeconds: HOUR } },
    });
    await api.sign(id, 2);
    await api.advance(5 * HOUR);
    await api.poll();
    assert.deepEqual(await statuses(id), ['EXPIRED', 'SIGNED', 'NOT_APPLICABLE']);
    const { signers } = await api.admin<AdminJob>('GET', `/jobs/${id}`);
    assert.equal(signers[0]!.since, signers[0]!.deadline);
    await api.admin('POST', `/jobs/${id}/signers/1/sign`, undefined, 409);
  });

  it('ends for all signers when one rejects, and keeps the signatures', async () => {
    const id = await api.createJob({ signers: chain([1, 1, 1, 2]) });
    await api.sign(id, 1);
    await api.admin('POST', `/jobs/${id}/signers/2/reject`);
    assert.deepEqual(await statuses(id), ['SIGNED', 'REJECTED', 'NOT_APPLICABLE', 'NOT_APPLICABLE']);
    const { text } = await api.poll();
    assert.match(text, /<status>FAILED<\/status>/u);
    assert.equal(elements(text, 'cancellation-url').length, 0);
    assert.equal(
      (await api.call('GET', element(text, 'pades-url'))).status,
      200,
      'signatures so far are kept',
    );
  });

  it('blocks only signers by contact information, and then ends like a rejected job', async () => {
    const id = await api.createJob({
      signers: [signerByEmail(1), signerByNumber(2)],
      manifest: { identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME' },
    });
    await api.admin('POST', `/jobs/${id}/signers/2/block`, undefined, 409);
    await api.admin('POST', `/jobs/${id}/signers/1/block`);
    assert.deepEqual(await statuses(id), ['BLOCKED', 'NOT_APPLICABLE']);
    const { text } = await api.poll();
    assert.match(text, /<identifier><email address="undertegner-1@example.com"\/><\/identifier>/u);
  });

  it('is cancelled by the sender any time before its end, and not after', async () => {
    const id = await api.createJob({ signers: chain([1, 2]) });
    await api.sign(id, 1);
    const cancellation = element((await api.poll()).text, 'cancellation-url');
    assert.equal((await api.call('POST', cancellation)).status, 204);
    assert.deepEqual(await statuses(id), ['SIGNED', 'CANCELLED']);
    const again = await api.call('POST', cancellation);
    assert.equal(again.status, 409);
    assert.equal(element(again.text, 'error-type'), 'CLIENT');
    assert.match((await api.poll()).text, /<status>FAILED<\/status>/u);
  });

  it('is available from its activation time, from which its availability counts', async () => {
    const activation = new Date(Date.now() + 2 * HOUR * 1000).toISOString();
    const id = await api.createJob({
      manifest: { availability: { activationTime: activation, availableSeconds: HOUR } },
    });
    await api.admin('POST', `/jobs/${id}/signers/1/sign`, undefined, 409);
    await api.advance(2 * HOUR + 1);
    const [signer] = (await api.admin<AdminJob>('GET', `/jobs/${id}`)).signers;
    assert.equal(Date.parse(signer!.deadline ?? ''), Date.parse(activation) + HOUR * 1000);
    await api.sign(id, 1);
  });

  it('is available immediately if the activation time is in the past, for thirty days by default', async () => {
    const id = await api.createJob({
      manifest: { availability: { activationTime: '2016-02-10T12:00:00+01:00' } },
    });
    const { createdAt, signers } = await api.admin<AdminJob>('GET', `/jobs/${id}`);
    assert.equal(signers[0]!.availableAt, createdAt);
    assert.equal(Date.parse(signers[0]!.deadline ?? ''), Date.parse(createdAt) + 30 * DAY * 1000);
  });

  it('fails before any invitation if the contact register has no contact information of a signer', async () => {
    await api.admin('PUT', `/contact-register/${syntheticNumber(2)}`, { status: 'RESERVED' });
    await api.admin('PUT', `/contact-register/${syntheticNumber(3)}`, {
      status: 'CONTACT_INFORMATION_MISSING',
    });
    const id = await api.createJob(
      { signers: [signerByLookup(1), signerByLookup(2), signerByLookup(3, { order: 2 })] },
      'publicSender',
    );
    assert.deepEqual(await statuses(id), ['NOT_APPLICABLE', 'RESERVED', 'CONTACT_INFORMATION_MISSING']);
    assert.match((await api.poll(undefined, 'publicSender')).text, /<status>FAILED<\/status>/u);
    assert.deepEqual(await api.admin('GET', '/outbox'), { notifications: [] });
  });

  it('fails when a signer opts out before the first message to a later group', async () => {
    const id = await api.createJob(
      { signers: [signerByLookup(1, { order: 1 }), signerByLookup(2, { order: 2 })] },
      'publicSender',
    );
    await api.admin('PUT', `/contact-register/${syntheticNumber(2)}`, { status: 'RESERVED' });
    await api.sign(id, 1);
    assert.deepEqual(await statuses(id), ['SIGNED', 'RESERVED']);
  });

  it('does not use the register for signers with contact details in the request', async () => {
    await api.admin('PUT', `/contact-register/${syntheticNumber(1)}`, { status: 'RESERVED' });
    const id = await api.createJob({ signers: [signerByNumber(1)] }, 'publicSender');
    assert.deepEqual(await statuses(id), ['WAITING']);
  });

  it('permits deletion of documents one day after all have signed, confirmed or not', async () => {
    const id = await api.createJob();
    await api.sign(id, 1);
    const url = `/portal/signature-jobs/${id}`;
    assert.equal((await api.call('DELETE', url)).status, 409);
    await api.advance(DAY + 1);
    const { text } = await api.poll();
    const deletion = element(text, 'delete-documents-url');
    await api.call('POST', element(text, 'confirmation-url'));
    assert.equal((await api.call('DELETE', deletion)).status, 204);
    assert.equal((await api.call('DELETE', deletion)).status, 404);
  });

  it('has no documents in its state after they were deleted', async () => {
    const id = await api.createJob();
    await api.sign(id, 1);
    await api.advance(DAY + 1);
    const { text } = await api.poll();
    await api.call('DELETE', element(text, 'delete-documents-url'));
    assert.equal((await api.call('GET', element(text, 'pades-url'))).status, 404);
    assert.equal((await api.call('GET', element(text, 'xades-url'))).status, 404);
    await api.advance(600);
    const again = (await api.poll()).text;
    for (const name of ['pades-url', 'xades-url', 'delete-documents-url']) {
      assert.equal(elements(again, name).length, 0, name);
    }
  });

  it('rejects the deletion of documents of a job that not all have signed', async () => {
    const id = await api.createJob();
    await api.admin('POST', `/jobs/${id}/signers/1/reject`);
    await api.advance(3 * DAY);
    assert.equal((await api.call('DELETE', `/portal/signature-jobs/${id}`)).status, 409);
  });
});
