import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import {
  buildPortalJob,
  readStoredUrl,
  type PortalStatusChange,
  type SigningApi,
} from '@signering/signing-api';
import { agreement, signerByNumber } from '../sandbox/stage/order.js';
import { openProductClient } from '../sandbox/stage/product-client.js';
import { startTestSandbox, type TestSandbox } from '../sandbox/stage/test-sandbox.js';

/** Longer than a signer's documents must stay before they can be deleted. */
const TWO_DAYS_SECONDS = 172_800;

describe('what came from the service, used by a later process', () => {
  let sandbox: TestSandbox;
  let organizationNumber: string;
  const apis: SigningApi[] = [];
  before(async () => {
    sandbox = await startTestSandbox();
    ({ organizationNumber } = sandbox.sandbox().announcement);
  });
  after(async () => {
    for (const api of apis) await api.close();
    await sandbox.close();
  });

  /** A client as a process has it that has just started. */
  const laterProcess = async () => {
    const api = await openProductClient(sandbox.sandbox().announcement);
    apis.push(api);
    return api;
  };
  const create = async () => {
    const { content } = await agreement(1);
    const job = buildPortalJob({
      organizationNumber,
      title: 'Avtale',
      documents: [{ title: 'Avtale', content }],
      signers: [signerByNumber(1)],
    });
    return (await laterProcess()).portal.createSignatureJob(job);
  };
  const nextChange = async (): Promise<PortalStatusChange> => {
    const answer = await (await laterProcess()).portal.fetchStatusChange({ organizationNumber });
    assert.equal(answer.kind, 'STATUS_CHANGE');
    return (answer as typeof answer & { readonly kind: 'STATUS_CHANGE' }).change;
  };

  it('cancels by the URL that was stored when the job was created', async () => {
    const { cancellationUrl: stored } = JSON.parse(JSON.stringify(await create())) as {
      readonly cancellationUrl: string;
    };
    const { portal } = await laterProcess();
    await portal.cancelSignatureJob(readStoredUrl('cancellationUrl', stored));
    const change = await nextChange();
    assert.deepEqual([change.status, change.signatures[0]?.status.kind], ['FAILED', 'CANCELLED']);
    await portal.confirmStatusChange(readStoredUrl('confirmationUrl', String(change.confirmationUrl)));
  });

  it('cancels by the URL of a status change, and throws when it is too late', async () => {
    const { content } = await agreement(1);
    const signers = [signerByNumber(1), signerByNumber(2)];
    const documents = [{ title: 'Avtale', content }];
    const { portal } = await laterProcess();
    const job = buildPortalJob({ organizationNumber, title: 'Avtale', documents, signers });
    const { signatureJobId } = await portal.createSignatureJob(job);
    await sandbox.admin('POST', `/jobs/${signatureJobId}/signers/1/sign`);
    const { cancellationUrl } = await nextChange();
    await portal.cancelSignatureJob(cancellationUrl!);
    await assert.rejects(portal.cancelSignatureJob(cancellationUrl!), { code: 'JOB_NOT_CANCELLABLE' });
    await portal.confirmStatusChange((await nextChange()).confirmationUrl);
  });

  it('deletes by the URL of a status change, and fetches what is in the archive before that', async () => {
    await sandbox.admin('PUT', `/organizations/${organizationNumber}`, { longTermStorage: true });
    const { signatureJobId } = await create();
    await sandbox.admin('POST', `/jobs/${signatureJobId}/signers/1/sign`);
    const told = z.object({ longTermDocumentId: z.union([z.string(), z.number()]).transform(String) });
    const { longTermDocumentId: documentId } = told.parse(
      await sandbox.admin('GET', `/jobs/${signatureJobId}`),
    );
    const { longTermStorage, portal } = await laterProcess();
    const { content, size } = await longTermStorage.downloadPades({ organizationNumber, documentId });
    const pdf = await buffer(content);
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.equal(pdf.length, size);
    await sandbox.admin('POST', '/clock', { advanceSeconds: TWO_DAYS_SECONDS });
    const { deleteDocumentsUrl } = await nextChange();
    await portal.deleteDocuments(readStoredUrl('deleteDocumentsUrl', String(deleteDocumentsUrl)));
    await assert.rejects(longTermStorage.downloadPades({ organizationNumber, documentId }), {
      code: 'LONG_TERM_DOCUMENT_NOT_FOUND',
      facts: {
        operation: 'longTermPades',
        httpStatus: 404,
        serviceErrorCode: 'ARCHIVED_DOCUMENT_NOT_FOUND',
        serviceErrorType: 'CLIENT',
      },
    });
  });

  it('asks the archive for nothing that can be no id', async () => {
    const { longTermStorage } = await laterProcess();
    for (const documentId of ['', '..', '1/../2', '1?x', 'x'.repeat(101)]) {
      await assert.rejects(longTermStorage.downloadPades({ organizationNumber, documentId }), {
        code: 'INVALID_REQUEST',
      });
    }
  });

  it('takes no stored text for a URL that the service can never have given', () => {
    for (const text of [
      '',
      'cancel',
      'http://api.signering.posten.no/api',
      'https://user:secret@api.signering.posten.no/api',
      'https://api.signering.posten.no/api x',
      `https://api.signering.posten.no/${'x'.repeat(500)}`,
    ]) {
      assert.throws(
        () => readStoredUrl('cancellationUrl', text),
        (error: Error & { readonly code?: string }) =>
          error.code === 'INVALID_REQUEST' &&
          error.message.includes('cancellationUrl') &&
          !error.message.includes('secret'),
      );
    }
  });
});
