import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DrainedChanges } from '@signering/activities/internal/drained-changes.js';
import { evidenceContextOf } from '@signering/activities/internal/examine-signed-document.js';
import { directQueue, portalQueue } from '@signering/activities/internal/flow-queues.js';
import {
  manifestDocumentsOf,
  packageDocumentsOf,
  packageEntryNamesOf,
} from '@signering/activities/internal/package-documents.js';
import { recordConfirmationOf } from '@signering/activities/internal/record-confirmation.js';
import { claimOf, createdJobOf, recordOf } from '@signering/activities/internal/recorded-job.js';
import { portalManifestOf, sendPortalJob } from '@signering/activities/internal/send-portal-job.js';
import { recordConfirmation, settleReference } from '@signering/activities/internal/settle-reference.js';
import { writeReceipt } from '@signering/activities/internal/write-receipt.js';
import type { PadesUrl } from '@signering/schema';
import { makePdf } from '../document-package/inspection/made-pdf.js';
import { runActivity, startActivityStage, type ActivityStage } from './activity-stage.js';

const LEASE = { name: 'lease.pdf', mediaType: 'application/pdf' };
const CREATED_AT = '2026-11-22T10:00:00.000Z';

describe('activities on storage', () => {
  let stage: ActivityStage;
  before(async () => {
    stage = await startActivityStage();
  });
  after(() => stage.stop());

  const keyOf = (reference: string) => ({ organizationNumber: stage.organizationNumber, reference });
  const entryOf = (reference: string) => stage.storage.ledger.find(keyOf(reference));
  const settle = (reference: string, signatureJobId: string, padesUrl?: string) =>
    settleReference(
      {
        ...keyOf(reference),
        signatureJobId,
        folder: 'folder',
        outcome: 'SIGNED',
        nothingToConfirm: false,
        ...(padesUrl !== undefined && { padesUrl: padesUrl as PadesUrl }),
      },
      stage.storage,
    );

  it('package entry names are unique, and the manifest and the package use the same ones', async () => {
    const { documents, storage } = stage;
    const names = packageEntryNamesOf(documents);
    assert.equal(new Set(names).size, 2);
    assert.deepEqual(
      manifestDocumentsOf(documents).map(({ href, title }) => [href, title]),
      [
        [names[0], 'Avtalen'],
        [names[1], 'Vedlegget'],
      ],
    );
    const packaged = await packageDocumentsOf(documents, storage.documents);
    assert.deepEqual(
      packaged.map(({ name, content }) => [name, createHash('sha256').update(content).digest('hex')]),
      documents.map(({ sha256 }, index) => [names[index], sha256]),
    );
    const lost = { ...documents[0]!, sha256: '0'.repeat(64) };
    await assert.rejects(packageDocumentsOf([lost], storage.documents), { code: 'DOCUMENT_MISSING' });
  });

  it('sendPortalJob creates the job at the service, and masks the signers', async () => {
    const { api, storage, organizationNumber } = stage;
    const input = stage.portalJob('sent');
    const created = await sendPortalJob(input, { portal: api.portal, documents: storage.documents }, {});
    assert.match(created.maskedSigners?.[0] ?? '', /\*/u);
    assert.ok(created.cancellationUrl?.includes(created.signatureJobId));
    const job = (await stage.sandbox.admin('GET', `/jobs/${created.signatureJobId}`)) as {
      readonly reference?: string;
    };
    assert.equal(job.reference, 'sent');
    const manifest = portalManifestOf(organizationNumber, input.job);
    assert.ok(!('pollingQueue' in manifest));
  });

  it('the ledger keeps redirect URLs and the input encrypted, and gives them back', async () => {
    const { encryption } = stage;
    const job = { signatureJobId: '1', createdAt: CREATED_AT };
    const signers = [
      { signer: 1, signerUrl: 'https://s.example/1', redirectUrl: 'https://r.example/secret' },
    ];
    const record = await recordOf({ ...job, signers }, encryption);
    assert.ok(!JSON.stringify(record).includes('secret'));
    assert.deepEqual(await createdJobOf(record, encryption), { ...job, signers });
    assert.deepEqual(await recordOf(job, encryption), job);
    const claim = await claimOf(stage.portalJob('claimed'), encryption);
    assert.ok(!JSON.stringify(claim).includes('kari@example.com'));
    assert.match(JSON.stringify(await encryption.decrypt(claim.input)), /kari@example\.com/u);
  });

  it('a settlement keeps the first outcome, names a duplicate, and derives the URL that deletes', async () => {
    const { created } = await stage.created(stage.portalJob('settled'));
    const { signatureJobId } = created;
    const own = `https://service.example/api/910000007/portal/signature-jobs/${signatureJobId}`;
    await settle('settled', signatureJobId, `${own}/pades`);
    await settle('settled', 'another');
    const { settled } = (await entryOf('settled'))!;
    assert.deepEqual([settled?.signatureJobId, settled?.deleteDocumentsUrl], [undefined, own]);
    await stage.created(stage.portalJob('settled-by-duplicate'));
    await settle('settled-by-duplicate', '77', `${own}/pades`);
    const other = (await entryOf('settled-by-duplicate'))!.settled;
    assert.deepEqual([other?.signatureJobId, other?.deleteDocumentsUrl], ['77', undefined]);
    await assert.rejects(settle('never-claimed', '1'), { code: 'DOCUMENT_MISSING' });
  });

  it('a recorded confirmation keeps its first time, and the drain records a settled job only', async () => {
    const { ledger } = stage.storage;
    const { created } = await stage.created(stage.portalJob('confirmed'));
    const job = { ...keyOf('confirmed'), flow: 'PORTAL', signatureJobId: created.signatureJobId } as const;
    await recordConfirmationOf(job, ledger);
    assert.equal((await entryOf('confirmed'))?.confirmedAt, undefined);
    await settle('confirmed', created.signatureJobId);
    const { reference: _, ...unnamed } = job;
    await recordConfirmationOf(unnamed, ledger);
    const first = (await entryOf('confirmed'))?.confirmedAt;
    assert.ok(first !== undefined);
    await recordConfirmation(keyOf('confirmed'), ledger);
    assert.equal((await entryOf('confirmed'))?.confirmedAt, first);
    await assert.rejects(recordConfirmation(keyOf('never-claimed'), ledger), { code: 'DOCUMENT_MISSING' });
  });

  it('a receipt holds no title and file name, and is refused for a document that the archive lacks', async () => {
    const { storage, documents } = stage;
    const job = { ...keyOf('receipt'), signatureJobId: '1', createdAt: CREATED_AT };
    const startedAt = '2026-03-01T08:00:00.000Z';
    const contentDigest = 'c'.repeat(64);
    const facts = {
      flow: 'PORTAL',
      job,
      outcome: 'SIGNED',
      signers: [],
      contentDigest,
      sent: documents,
      startedAt,
    } as const;
    const { folder, archivedAt } = await writeReceipt({ ...facts, received: [] }, storage);
    assert.equal(folder, storage.archive.folderOf(job));
    const receipt = await storage.archive.readReceipt(job);
    assert.deepEqual(
      receipt?.sent,
      documents.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
    );
    const { version } = JSON.parse(readFileSync('activities/package.json', 'utf8')) as { version: string };
    assert.deepEqual(
      [receipt.contentDigest, receipt.startedAt, receipt.archivedAt, receipt.software],
      [contentDigest, startedAt, archivedAt, { name: 'signering-workflows', version }],
    );
    // A retry after a lost answer: the first receipt stands.
    assert.equal((await writeReceipt({ ...facts, received: [] }, storage)).archivedAt, archivedAt);
    const check = {
      result: 'INTACT',
      findings: [],
      proved: { documents: [], signer: false, job: false },
      signatures: [],
    } as const;
    const missing = { name: 'signed.pdf', sha256: 'a'.repeat(64), size: 1, check };
    const other = { ...job, signatureJobId: '2' };
    await assert.rejects(writeReceipt({ ...facts, job: other, received: [missing] }, storage), {
      code: 'DOCUMENT_MISSING',
    });
    assert.equal(await storage.archive.readReceipt(other), undefined);
  });

  it('metadata.json says who verified what, and the PDF/A levels', async () => {
    const { storage } = stage;
    const { archive } = storage;
    const job = { ...keyOf('handed-over'), signatureJobId: '1', createdAt: CREATED_AT };
    const content = await makePdf({ pdfAClaim: 'pdfaid:part="2" pdfaid:conformance="B"/>' });
    const { sha256, size } = await storage.documents.put(content, LEASE);
    const lost = { name: 'lost.pdf', mediaType: 'application/pdf', sha256: 'b'.repeat(64), size: 1 };
    const text = { name: 'text.txt', mediaType: 'text/plain', sha256: 'd'.repeat(64), size: 1 };
    const sent = [{ ...LEASE, sha256, size }, lost, text];
    const { file } = await archive.put({
      job,
      name: 'signed.pdf',
      content: Readable.from([content]),
      verify: () => Promise.resolve(),
    });
    const described = {
      title: 'Lease',
      documents: sent.map(({ name, sha256: digest }) => ({ name, sha256: digest, title: name })),
      signers: [{ signer: 1, signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE' }],
      requiredAuthentication: 4,
      metadata: {},
    } as const;
    const proved = { documents: [], signer: false, job: false };
    const check = { result: 'NOT_CHECKED', findings: [], proved, signatures: [] } as const;
    const facts = { flow: 'PORTAL', outcome: 'SIGNED', signers: [], contentDigest: 'c'.repeat(64) } as const;
    const write = () =>
      writeReceipt(
        { ...facts, job, sent, received: [{ ...file, check }], startedAt: CREATED_AT, described },
        storage,
      );
    await write();
    const archived = await archive.readMetadata(job);
    const { verification, documents, ...asDescribed } = archived ?? assert.fail('there is no metadata.json');
    assert.deepEqual(asDescribed, {
      title: 'Lease',
      signers: described.signers,
      requiredAuthentication: 4,
      metadata: {},
    });
    assert.deepEqual(
      documents.map(({ name, pdfaLevel }) => [name, pdfaLevel]),
      [
        ['lease.pdf', '2B'],
        ['lost.pdf', undefined],
        ['text.txt', undefined],
      ],
    );
    const {
      verifiedAt,
      verifiedBy,
      documents: verified,
    } = verification ?? assert.fail('nothing is verified');
    assert.equal(verifiedAt, new Date(verifiedAt).toISOString());
    assert.equal(verifiedBy.name, 'signering-workflows');
    assert.deepEqual(verified, [
      { name: 'signed.pdf', sha256: file.sha256, result: 'NOT_CHECKED', pdfaLevel: '2B' },
    ]);
    await write();
    assert.deepEqual(await archive.readMetadata(job), archived, 'a retry changes nothing');
  });

  it('evidenceContextOf digests a sent document, and goes on without one that is lost', async () => {
    const { storage, documents } = stage;
    const [document] = documents;
    const lost = { sha256: '0'.repeat(64), size: 1 };
    const { sent, signer } = evidenceContextOf(
      { sent: [document!, lost], otherXades: [] },
      { documents: storage.documents, warnOnlyRules: new Set() },
    );
    assert.equal(signer, undefined);
    const expected = createHash('sha512')
      .update(await storage.documents.read(document!))
      .digest('hex');
    assert.equal(await sent![0]!.digest!('sha512'), expected);
    assert.equal(await sent![1]!.digest!('sha512'), undefined);
    const none = evidenceContextOf(
      { sent: [], otherXades: [], personalIdentificationNumber: '01817012345' },
      { documents: storage.documents, warnOnlyRules: new Set() },
    );
    assert.ok(!('sent' in none));
    assert.equal(none.signer?.personalIdentificationNumber, '01817012345');
  });

  it('DrainedChanges counts a job as undelivered or resolved, by what happened last', async () => {
    const facts = await runActivity(() => {
      const drained = new DrainedChanges({ flow: 'PORTAL', pollingQueue: 'q' });
      drained.recordUndelivered({ signatureJobId: '1', reason: 'STRANDED' });
      drained.recordUndelivered({ signatureJobId: '1', reason: 'STRANDED' });
      drained.recordResolved('1');
      drained.recordUndelivered({ signatureJobId: '2', reason: 'FOREIGN' });
      const next = new DrainedChanges({ flow: 'PORTAL', pollingQueue: 'q' }, drained.facts);
      next.recordUndelivered({ reason: 'UNDELIVERABLE', code: 'UNREADABLE_RESPONSE' });
      return Promise.resolve(next.facts);
    }, undefined);
    assert.deepEqual(facts, {
      undelivered: [
        { signatureJobId: '2', reason: 'FOREIGN' },
        { reason: 'UNDELIVERABLE', code: 'UNREADABLE_RESPONSE' },
      ],
      resolvedJobIds: ['1'],
    });
  });

  it('a queue masks the signers of a change, and leaves the only signer of a direct job unnamed', async () => {
    const { api, storage } = stage;
    const { created } = await stage.created(stage.portalJob('masked'));
    await stage.act(created.signatureJobId, 'reject');
    let change = await stage.nextChange();
    while (change.signatureJobId !== created.signatureJobId) change = await stage.nextChange();
    const portal = portalQueue({
      portal: api.portal,
      storageIdentity: storage.storageIdentity,
      temporal: undefined as never,
      taskQueue: '',
    });
    assert.deepEqual(portal.maskedSignersOf(change), created.maskedSigners);
    const direct = directQueue(api);
    const signature = { status: { kind: 'SIGNED' }, since: CREATED_AT } as const;
    const status = { signatureJobId: '1', status: 'IN_PROGRESS' } as const;
    const maskedOf = (signers: readonly (string | undefined)[]) =>
      direct.maskedSignersOf({
        ...status,
        signatures: signers.map((signer) => ({ ...signature, ...(signer !== undefined && { signer }) })),
      } as never);
    assert.equal(maskedOf([undefined]), undefined);
    assert.deepEqual(maskedOf(['CUSTOMER-1', 'CUSTOMER-2']), ['CUSTOMER-1', 'CUSTOMER-2']);
    assert.deepEqual(maskedOf(['CUSTOMER-1', undefined]), ['CUSTOMER-1']);
  });
});
