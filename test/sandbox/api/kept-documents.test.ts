import assert from 'node:assert/strict';
import { element } from '../stage/answer-elements.js';
import { ORGANIZATIONS } from '@signering/sandbox/internal/organizations.js';
import { signerByEmail, signerByNumber } from '../stage/order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type ApiReply, type TestApi } from '../stage/test-api.js';

const DAY = 24 * 60 * 60;
const YEAR = 365.25 * DAY;

interface AdminJob {
  readonly longTermDocumentId?: string;
  readonly signers: readonly { readonly mailboxCopy?: string }[];
}

describe('the retention of signed documents', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(async () => await api.close());

  const job = async (id: string): Promise<AdminJob> => await api.admin('GET', `/jobs/${id}`);
  const remove = async (id: string): Promise<number> =>
    (await api.call('DELETE', `/portal/signature-jobs/${id}`)).status;
  const longTermStorage = async (organizationNumber: string): Promise<unknown> =>
    await api.admin('PUT', `/organizations/${organizationNumber}`, { longTermStorage: true });
  const archived = async (documentId: string | undefined): Promise<ApiReply> =>
    await api.call('GET', `/archive/documents/${documentId}/pades`);
  const assertNotArchived = (reply: ApiReply): void => {
    assert.equal(reply.status, 404);
    assert.equal(element(reply.text, 'error-code'), 'ARCHIVED_DOCUMENT_NOT_FOUND');
  };
  const confirmEnd = async (): Promise<void> => {
    const { text } = await api.poll();
    await api.call('POST', element(text, 'confirmation-url'));
  };

  it('are removed forty days after the job has ended, with their URLs', async () => {
    const id = await api.createJob();
    await api.sign(id, 1);
    await api.advance(40 * DAY - 60);
    const before = (await api.poll()).text;
    assert.equal((await api.call('GET', element(before, 'pades-url'))).status, 200);
    await api.advance(600);
    const after = (await api.poll()).text;
    assert.doesNotMatch(after, /pades-url|xades-url|delete-documents-url/u);
    assert.equal((await api.call('GET', element(before, 'pades-url'))).status, 404);
  });

  it('are also removed forty days after the end of a job that was not completed', async () => {
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    await api.advance(100 * DAY);
    const { text } = await api.poll();
    assert.equal(element(text, 'status'), 'FAILED');
    assert.doesNotMatch(text, /pades-url/u);
  });

  it('can be fetched from the archive for twenty years if the sender has long-term storage', async () => {
    await longTermStorage(ORGANIZATIONS.privateSender.organizationNumber);
    const id = await api.createJob();
    await api.sign(id, 1);
    const signed = (await api.call('GET', `/portal/signature-jobs/${id}/pades`)).body;
    await confirmEnd();
    assert.equal((await api.call('GET', `/portal/signature-jobs/${id}/pades`)).status, 404);
    const { longTermDocumentId } = await job(id);
    assert.notEqual(longTermDocumentId, id);
    assert.deepEqual((await archived(longTermDocumentId)).body, signed);
    await api.advance(19.9 * YEAR);
    assert.deepEqual((await archived(longTermDocumentId)).body, signed);
    await api.advance(0.2 * YEAR);
    assertNotArchived(await archived(longTermDocumentId));
  });

  it('are not archived without long-term storage, before all have signed, or for another sender', async () => {
    const plain = await api.createJob();
    await api.sign(plain, 1);
    assert.equal((await job(plain)).longTermDocumentId, undefined);
    assertNotArchived(await archived(plain));

    await longTermStorage(ORGANIZATIONS.privateSender.organizationNumber);
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    assert.equal((await job(id)).longTermDocumentId, undefined);
    await api.sign(id, 2);
    const { longTermDocumentId } = await job(id);
    assert.equal((await archived(longTermDocumentId)).status, 200);
    const url = `/archive/documents/${longTermDocumentId}/pades`;
    assertNotArchived(await api.call('GET', url, { as: 'publicSender' }));
    const ofTheSender = `https://127.0.0.1:1/api/${ORGANIZATIONS.privateSender.organizationNumber}${url}`;
    assert.equal((await api.call('GET', ofTheSender, { as: 'broker' })).status, 200);
  });

  it('are also deleted from the archive when the sender deletes them', async () => {
    await longTermStorage(ORGANIZATIONS.privateSender.organizationNumber);
    const id = await api.createJob();
    await api.sign(id, 1);
    const { longTermDocumentId } = await job(id);
    await api.advance(DAY + 1);
    assert.equal(await remove(id), 204);
    assertNotArchived(await archived(longTermDocumentId));
  });

  it('can be deleted only after a signer’s mailbox was opened, or a week has passed', async () => {
    const number = syntheticNumber(1);
    await api.admin('PUT', `/mailboxes/${number}`, { status: 'MISSING' });
    const first = await api.createJob();
    await api.sign(first, 1);
    const second = await api.createJob();
    await api.sign(second, 1);
    assert.equal((await job(first)).signers[0]!.mailboxCopy, 'WAITING');
    await api.advance(2 * DAY);
    assert.doesNotMatch((await api.poll()).text, /delete-documents-url/u);
    assert.equal(await remove(first), 409);
    await api.admin('PUT', `/mailboxes/${number}`, { status: 'OPEN' });
    assert.equal((await job(first)).signers[0]!.mailboxCopy, 'SENT');
    assert.equal(await remove(first), 204);

    await api.admin('PUT', `/mailboxes/${number}`, { status: 'MISSING' });
    const third = await api.createJob();
    await api.sign(third, 1);
    await api.advance(7 * DAY - 60);
    assert.equal(await remove(third), 409);
    await api.advance(60);
    await api.admin('PUT', `/mailboxes/${number}`, { status: 'OPEN' });
    assert.equal((await job(third)).signers[0]!.mailboxCopy, 'WAITING', 'a week later it is too late');
    assert.equal(await remove(third), 204);
  });

  it('are not sent to mailboxes of signers on behalf of another, or without a known mailbox', async () => {
    await api.admin('PUT', `/mailboxes/${syntheticNumber(1)}`, { status: 'MISSING' });
    const id = await api.createJob({
      signers: [signerByNumber(1, { onBehalfOf: 'OTHER' }), signerByEmail(2), signerByNumber(3)],
    });
    await api.sign(id, 1, 2, 3);
    assert.deepEqual(
      (await job(id)).signers.map(({ mailboxCopy }) => mailboxCopy),
      [undefined, undefined, 'SENT'],
    );
    await api.advance(DAY + 1);
    assert.equal(await remove(id), 204);
  });

  it('validate the requests of their settings', async () => {
    await api.admin('PUT', '/organizations/31234567', { longTermStorage: true }, 400);
    await api.admin('PUT', '/organizations/312345676', { longTermStorage: 'yes' }, 400);
    await api.admin('PUT', `/mailboxes/${syntheticNumber(1)}`, { status: 'CLOSED' }, 400);
  });
});
