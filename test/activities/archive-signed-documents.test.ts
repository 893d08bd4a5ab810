import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Activities } from '@signering/activities';
import { createArchiveActivities } from '@signering/activities/internal/archive-signed-documents.js';
import type { ArchivedDocument } from '@signering/contract';
import type { EvidenceRuleId, PadesUrl, XadesUrl } from '@signering/schema';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import { createXadesSignature, signingKeyFromPem, type SigningKey } from '@signering/signatures';
import { openFileStorage, type LedgerEntry, type Storage } from '@signering/storage';
import { testCertificates } from '../signing-api/test-certificates.js';
import { jobUrl, startTestService, type TestService } from '../signing-api/test-service.js';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { ORGANIZATION } from './signing-input.js';

const MEBIBYTE = 1024 ** 2;
const JOB = {
  organizationNumber: ORGANIZATION,
  reference: 'A-1',
  signatureJobId: '1',
  createdAt: '2026-11-22T10:00:00.000Z',
};
const AGREEMENT = Buffer.from('the agreement that was sent');
const SENT = [{ sha256: digestOf(AGREEMENT), size: AGREEMENT.length }];

describe('archiving a signed document', () => {
  let service: TestService;
  let key: SigningKey;
  let sealed: Buffer;
  let root: string;
  let storage: Storage;

  before(async () => {
    service = await startTestService();
    const { authority } = await testCertificates();
    key = signingKeyFromPem(
      await authority.issueSealCertificate({ organizationNumber: '984661185', name: 'Posten Bring AS' }),
    );
    const document = await PDFDocument.create();
    document.addPage().drawText('Agreement', { x: 50, y: 700 });
    const pdf = await document.save();
    sealed = await sealPdf({ pdf, certificate: key, name: 'Posten', reason: 'Signed' });
  });
  after(() => service.stop());

  beforeEach(async () => {
    root = freshFolder('archive');
    storage = await openFileStorage({ root, create: true });
  });

  const activities = (
    warnOnly: readonly EvidenceRuleId[] = [],
  ): Pick<Activities, 'archivePades' | 'archiveXades'> =>
    createArchiveActivities({
      ...storage,
      signedDocuments: service.api.portal,
      signedDocumentLimits: { padesBytes: 32 * MEBIBYTE, xadesBytes: MEBIBYTE },
      warnOnlyRules: new Set(warnOnly),
    });
  const environment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const padesUrl = () => jobUrl(service.root, 'pades') as PadesUrl;

  const archivePades = (warnOnly?: readonly EvidenceRuleId[]): Promise<ArchivedDocument> =>
    environment().run(activities(warnOnly).archivePades, {
      job: JOB,
      sent: [],
      otherXades: [],
      padesUrl: padesUrl(),
    });

  const archiveXades = (
    signer: number,
    otherXades: readonly ArchivedDocument[] = [],
    worker = activities(),
  ): Promise<ArchivedDocument> =>
    environment().run(worker.archiveXades, {
      job: JOB,
      sent: SENT,
      otherXades,
      signer,
      xadesUrl: jobUrl(service.root, `xades/${signer}`) as XadesUrl,
    });

  function xadesOver(content: Uint8Array, signingTime = new Date('2026-11-22T10:00:00.000Z')): string {
    const sha256 = createHash('sha256').update(content).digest('base64');
    const references = [{ id: 'ID_0', uri: 'agreement.pdf', sha256, mediaType: 'application/pdf' }];
    return createXadesSignature({ references, certificate: key, signingTime });
  }

  const archived = () => readdir(join(root, 'archive', storage.archive.folderOf(JOB)));

  it('that the disk has damaged is not taken for archived, and is fetched anew once it is moved away', async () => {
    service.answer = (response) => response.end(sealed);
    const first = await archivePades();
    assert.equal(first.check.result, 'INTACT');
    const calls = service.requests.length;
    assert.deepEqual(await archivePades(), first);
    assert.equal(service.requests.length, calls);

    const file = join(root, 'archive', storage.archive.folderOf(JOB), 'signed.pdf');
    await chmod(file, 0o600);
    await writeFile(file, 'no longer a PDF');
    await assert.rejects(archivePades(), { code: 'STORED_CONTENT_DAMAGED' });

    await rm(file);
    assert.deepEqual(await archivePades(), first);
    assert.ok((await readFile(file)).equals(sealed));
  });

  it('records which of the sent documents its signature proves, and refuses one over other documents', async () => {
    service.answer = (response) => response.end(xadesOver(AGREEMENT));
    const { check } = await archiveXades(1);
    assert.deepEqual(check.proved.documents, [{ name: 'document-1', digestOfSentDocument: true }]);
    service.answer = (response) => response.end(xadesOver(Buffer.from('another job’s agreement')));
    await assert.rejects(archiveXades(2), {
      code: 'SIGNED_DOCUMENT_BROKEN',
      message: /XADES_OF_OTHER_DOCUMENTS.*suspect/u,
    });
    assert.deepEqual(await archived(), ['xades-1.xml']);
  });

  it('withdraws the one of two signers whose files are equal: either may be the wrong one', async () => {
    service.answer = (response) => response.end(xadesOver(AGREEMENT));
    const first = await archiveXades(1);
    await assert.rejects(archiveXades(2, [first]), {
      code: 'SIGNED_DOCUMENT_BROKEN',
      message: /XADES_REPEATED/u,
    });
    assert.deepEqual(await archived(), []);
    const suspects = await readdir(join(root, 'suspect', storage.archive.folderOf(JOB)));
    assert.deepEqual(suspects.sort(), [`xades-1.${first.sha256}.xml`, `xades-2.${first.sha256}.xml`]);
  });

  it('whose certificate has a damaged byte is fetched again, although no signature covers that byte', async () => {
    const xades = xadesOver(AGREEMENT);
    // The first certificate is the signing one.
    const at = xades.indexOf('<X509Certificate>') + '<X509Certificate>'.length + 10;
    const damaged = `${xades.slice(0, at)}${xades[at] === 'A' ? 'B' : 'A'}${xades.slice(at + 1)}`;
    const answers = [damaged, xades];
    service.answer = (response) => response.end(answers.shift());
    const { sha256, check } = await archiveXades(1);
    assert.deepEqual([sha256, check.result, answers], [digestOf(Buffer.from(xades)), 'INTACT', []]);
  });

  it('of a form that comes back is archived with its warning, and the next one of that form is fetched once', async () => {
    const unknown = (time: string) =>
      xadesOver(AGREEMENT, new Date(time)).replace('xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha999');
    const worker = activities();
    const before = service.requests.length;
    for (const signer of [1, 2]) {
      service.answer = (response) => response.end(unknown(`2026-11-22T1${signer}:00:00.000Z`));
      const { check } = await archiveXades(signer, [], worker);
      assert.deepEqual([check.result, check.findings[0]?.rule], ['NOT_CHECKED', 'UNKNOWN_ALGORITHM']);
    }
    assert.equal(service.requests.length - before, 3);
  });

  it('that a rule only warns about is archived, with the warning', async () => {
    service.answer = (response) => response.end('%PDF-1.7\n%%EOF\n');
    await assert.rejects(archivePades(), {
      code: 'SIGNED_DOCUMENT_BROKEN',
      message: /PADES_WITHOUT_SIGNATURE/u,
    });
    const { check } = await archivePades(['PADES_WITHOUT_SIGNATURE']);
    assert.equal(check.result, 'NOT_CHECKED');
    assert.deepEqual(
      check.findings.map(({ rule, severity }) => [rule, severity]),
      [['PADES_WITHOUT_SIGNATURE', 'WARNING']],
    );
    // The rule counts again: what is archived stays.
    const repeated: ArchivedDocument = await environment().run(activities().archivePades, {
      job: JOB,
      sent: [],
      otherXades: [],
      padesUrl: padesUrl(),
      archived: { name: 'signed.pdf', size: 15, sha256: digestOf(Buffer.from('%PDF-1.7\n%%EOF\n')), check },
    });
    assert.deepEqual(repeated.check, check);
  });

  for (const announced of [true, false]) {
    it(`of 1.5 GB ${announced ? 'with' : 'without'} Content-Length ends at the limit, and the worker does not grow`, async () => {
      const huge = 1.5 * 1024 * MEBIBYTE;
      const chunk = Buffer.alloc(MEBIBYTE, ' ');
      let sent = 0;
      const closed = new Promise<void>((resolve) => {
        service.answer = (response) => {
          response.writeHead(200, announced ? { 'content-length': huge } : {});
          response.once('close', resolve);
          const more = (): void => {
            while (sent < huge && !response.destroyed) {
              sent += chunk.length;
              if (!response.write(chunk)) return void response.once('drain', more);
            }
          };
          more();
        };
      });
      const before = process.memoryUsage.rss();
      await assert.rejects(archivePades(), {
        code: 'SIGNED_DOCUMENT_TOO_LARGE',
        message: /signed\.pdf of job 1.*32 MiB.*SIGNERING_MAX_PADES_MIB/u,
        retryable: false,
      });
      await closed;
      const grown = Math.round((process.memoryUsage.rss() - before) / MEBIBYTE);
      console.log(`      resident memory grew by ${grown} MiB; ${sent / MEBIBYTE} MiB were sent`);
      assert.ok(sent < huge / 2, 'the connection ends with the download');
      assert.ok(grown < 500, 'the answer is not kept in memory');
      const folder = join(root, 'archive', storage.archive.folderOf(JOB));
      assert.deepEqual(await readdir(folder).catch(() => []), []);
    });
  }

  describe('of a second job of a reference', () => {
    const DUPLICATE = { ...JOB, duplicateJobId: '2' };
    const KEY = { organizationNumber: ORGANIZATION, reference: JOB.reference };
    const at = '2026-11-23T10:00:00.000Z';

    /** Of the reference's own job, which is confirmed. */
    async function settledEntry(): Promise<LedgerEntry> {
      const { ledger, archive } = storage;
      const claim = { flow: 'PORTAL', pollingQueue: 'q', contentDigest: 'a'.repeat(64) } as const;
      const claimed = await ledger.claim({ ...KEY, ...claim, ...CLAIMED_INPUT });
      const { signatureJobId, createdAt } = JOB;
      const created = await ledger.advance(claimed, { created: { signatureJobId, createdAt } });
      const settled = { outcome: 'SIGNED', folder: archive.folderOf(JOB), settledAt: at } as const;
      return ledger.advance(created, { settled, confirmedAt: at });
    }

    const archiveDuplicate = (): Promise<ArchivedDocument> =>
      environment().run(activities().archivePades, {
        job: DUPLICATE,
        sent: [],
        otherXades: [],
        padesUrl: padesUrl(),
      });

    it('is archived while a legal hold that was placed as the erasure began stands, and not after its release', async () => {
      service.answer = (response) => response.end(sealed);
      const entry = await settledEntry();
      await storage.holds.place({ ...KEY, reason: 'Case 4', at });
      await storage.ledger.advance(entry, { erasing: { at, duplicates: [] } });
      const { check, sha256 } = await archiveDuplicate();
      assert.equal(check.result, 'INTACT');
      assert.equal((await storage.archive.find(DUPLICATE, 'signed.pdf'))?.sha256, sha256);
      assert.equal((await storage.holds.find(KEY))?.reason, 'Case 4');

      await storage.holds.release({ ...KEY, at });
      await assert.rejects(archiveDuplicate(), { code: 'JOB_ERASED' });
      assert.equal(await storage.archive.find(DUPLICATE, 'signed.pdf'), undefined);
      await assert.rejects(storage.holds.place({ ...KEY, reason: 'Case 5', at }), { code: 'JOB_ERASED' });
    });

    it('is removed again when the erasure begins during the download, unless a hold was placed before it', async () => {
      for (const isHeld of [false, true]) {
        storage = await openFileStorage({ root: freshFolder('archive'), create: true });
        const entry = await settledEntry();
        service.answer = (response) => {
          void (async () => {
            if (isHeld) await storage.holds.place({ ...KEY, reason: 'Case 4', at });
            await storage.ledger.advance(entry, { erasing: { at, duplicates: [] } });
            response.end(sealed);
          })();
        };
        if (isHeld) await archiveDuplicate();
        else await assert.rejects(archiveDuplicate(), { code: 'JOB_ERASED' });
        assert.equal((await storage.archive.find(DUPLICATE, 'signed.pdf')) !== undefined, isHeld);
      }
    });
  });

  it('of exactly the limit is archived', async () => {
    const content = Buffer.alloc(MEBIBYTE, xadesOver(AGREEMENT).padEnd(MEBIBYTE, ' '));
    service.answer = (response) => response.end(content);
    assert.equal((await archiveXades(1)).size, MEBIBYTE);
    service.answer = (response) => response.end(Buffer.concat([content, Buffer.from(' ')]));
    await assert.rejects(archiveXades(2), { code: 'SIGNED_DOCUMENT_TOO_LARGE' });
  });
});

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
