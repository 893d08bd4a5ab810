import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningError, type JobDescription, type Signing } from '@signering/client';
import type { Receipt } from '@signering/storage';
import { directJob, whenCreated } from '../end-to-end/direct-jobs.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from '../end-to-end/portal-jobs.js';
import { freshFolder, waitFor } from '../fixtures/index.js';
import { assertMoments } from '../assert-moments.js';
import { whileRunning } from '../running-job.js';

/** A client, and what its signers do. */
export interface SigningFixture {
  readonly client: Signing;
  /** Resolves when the service has it. */
  act(reference: string, act: 'sign' | 'reject', signer: number): Promise<void>;
  /** A signer of the direct flow goes to the redirect URL; returns the exit URL. */
  visit(
    redirect: { readonly reference: string; readonly signer: number; readonly redirectUrl: string },
    act: 'sign' | 'reject',
  ): Promise<string>;
  /** Lets the time of the signers run out. Called last, because it may change the clock for all jobs. */
  expire(reference: string): Promise<void>;
}

/** Defines the tests that every {@link Signing} has to pass. */
export function defineSigningCases(fixture: () => SigningFixture): void {
  const client = (): Signing => fixture().client;
  const ended = (reference: string) => client().waitForResult(reference);
  const statusesOf = ({ signers }: Pick<JobDescription, 'signers'>) => signers.map(({ status }) => status);

  it('starts a portal job and describes it while it waits, signer by signer', async () => {
    const request = await portalJob('waiting', [1, 2]);
    const started = await client().startPortalJob(request);
    assert.deepEqual([started.reference, started.existing, started.outcome], ['waiting', false, undefined]);
    assert.equal(started.documents[0]?.pdf?.pages, 1);
    const job = await until('waiting', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    assert.ok(job.status === 'RUNNING');
    assert.deepEqual([job.flow, job.waitingFor, 'version' in job], ['PORTAL', [1], false]);
    assert.deepEqual(statusesOf(job), ['WAITING', 'WAITING']);
    assert.ok(job.deadline !== undefined && assertMoments(job) >= 2);
    for (const number of SYNTHETIC_SIGNERS) assert.ok(!JSON.stringify(job).includes(number));
    await fixture().act('waiting', 'sign', 1);
    const next = await until('waiting', (described) => whileRunning(described).waitingFor[0] === 2);
    assert.deepEqual(statusesOf(next), ['SIGNED', 'WAITING']);
    assert.match(
      await client().why('waiting'),
      /^Waits for signer 2 of 2 until [\d-]{10} [\d:]{5} UTC; signer 1 signed [\d-]{10} [\d:]{5} UTC\.$/u,
    );
  });

  it('gives the same job for the same reference and content, and names what differs otherwise', async () => {
    const request = await portalJob('repeated');
    await client().startPortalJob(request);
    const { content } = request.documents[0]!;
    assert.ok(content instanceof Uint8Array);
    const renamed = { ...request, documents: [{ content, name: 'other.pdf', title: 'Agreement' }] };
    assert.equal((await client().startPortalJob(renamed)).existing, true);
    for (const [changed, difference] of [
      [{ ...request, title: 'Another' }, 'title'],
      [
        { ...request, documents: [{ content: await onePagePdf('B'), title: 'Agreement' }] },
        'documents[0].content',
      ],
      [{ ...request, signers: [{ emailAddress: 'other@example.com' }] }, 'signers[0].emailAddress'],
    ] as const) {
      await assert.rejects(client().startPortalJob(changed), (error) => {
        assert.ok(error instanceof SigningError);
        assert.equal(error.code, 'REFERENCE_IN_USE');
        assert.ok(error.facts.differences?.includes(difference), error.facts.differences?.join(' '));
        return true;
      });
    }
    await assert.rejects(client().startDirectJob(await directJob('repeated')), { code: 'REFERENCE_IN_USE' });
  });

  it('gives no polled job for the reference of a direct job that waits for its signers to return', async () => {
    const request = await directJob('callback');
    await whenCreated(() => client().startDirectJob(request));
    await assert.rejects(
      client().startDirectJob({ ...request, statusRetrievalMethod: 'POLLING' }),
      (error) => {
        assert.ok(error instanceof SigningError);
        assert.equal(error.code, 'REFERENCE_IN_USE');
        assert.deepEqual(error.facts.differences, ['statusRetrievalMethod']);
        return true;
      },
    );
  });

  it('names every mistake of a request', async () => {
    const request = { ...(await portalJob('a\u0000b')), title: '', signers: [{ emailAddress: 'none' }] };
    await assert.rejects(client().startPortalJob(request), (error) => {
      assert.ok(error instanceof SigningError);
      assert.equal(error.code, 'INVALID_REQUEST');
      const paths = error.facts.problems?.map(({ path }) => path);
      assert.deepEqual(paths?.toSorted(), ['reference', 'signers[0].emailAddress', 'title']);
      return true;
    });
    const text = {
      ...(await portalJob('no-pdf')),
      documents: [{ content: Buffer.from('none'), name: 'a.pdf' }],
    };
    await assert.rejects(client().startPortalJob(text), { code: 'DOCUMENT_NOT_ACCEPTED' });
  });

  it('ends with SIGNED, and hands out what is archived', async () => {
    const request = await portalJob('signed');
    await client().startPortalJob(request);
    await assert.rejects(client().signedDocument('signed'), { code: 'JOB_NOT_ENDED' });
    await assert.rejects(client().receiptStream('signed'), { code: 'JOB_NOT_ENDED' });
    await fixture().act('signed', 'sign', 1);
    const { outcome, archive, signatureJobId, startedAt, endedAt } = await ended('signed');
    assert.equal(outcome, 'SIGNED');
    const moments = [startedAt, archive.archivedAt, endedAt];
    assert.deepEqual(moments.toSorted(), moments);
    assert.deepEqual(archive.documents.map(({ name }) => name).toSorted(), ['signed.pdf', 'xades-1.xml']);
    const job = await client().getJob('signed');
    assert.ok(job.status === 'ENDED');
    assert.ok(assertMoments(job) >= 4);
    assert.deepEqual([job.outcome, job.state, job.signatureJobId], ['SIGNED', 'SIGNED', signatureJobId]);
    assert.deepEqual([job.startedAt, job.endedAt], [startedAt, endedAt]);
    const repeated = await client().startPortalJob(request);
    assert.deepEqual([repeated.existing, repeated.outcome], [true, 'SIGNED']);
    const pdf = await client().signedDocument('signed');
    assert.match(Buffer.from(pdf).toString('latin1', 0, 5), /^%PDF-/u);
    const { stream, ...document } = await client().signedDocumentStream('signed');
    assert.deepEqual(new Uint8Array(await new Response(stream).arrayBuffer()), pdf);
    const { sha256 } = archive.documents.find(({ name }) => name === 'signed.pdf') ?? {};
    assert.deepEqual(document, {
      ...{ name: 'signed.pdf', mediaType: 'application/pdf' },
      ...{ size: pdf.byteLength, sha256 },
    });
    await assert.rejects(client().signedDocument('signed', { name: '../receipt.json' }), {
      code: 'NO_SUCH_DOCUMENT',
    });
    const folder = freshFolder('fetched');
    const { files } = await client().saveSignedDocuments('signed', { folder });
    const saved = new Map(files.map(({ written: _written, ...file }) => [file.name, file]));
    const names = ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml'];
    assert.deepEqual([...saved.keys()].toSorted(), names);
    assert.deepEqual(new Uint8Array(await readFile(join(folder, 'signed.pdf'))), pdf);
    const { stream: chunks, ...facts } = await client().receiptStream('signed');
    const receipt = (await new Response(chunks).json()) as Receipt;
    assert.deepEqual(facts, { mediaType: 'application/json', ...saved.get('receipt.json') });
    assert.match(receipt.contentDigest, /^[0-9a-f]{64}$/u);
    assert.ok(assertMoments(receipt) >= 4);
    assert.deepEqual(
      [receipt.startedAt, receipt.archivedAt, receipt.sent.map(({ mediaType }) => mediaType)],
      [startedAt, archive.archivedAt, ['application/pdf']],
    );
    assert.equal(receipt.software.name, 'signering-workflows');
    const again = await client().saveSignedDocuments('signed', { folder });
    assert.ok(again.files.every(({ written }) => !written));
    await assert.rejects(client().retryArchiving('signed'), { code: 'NOTHING_TO_DECIDE' });
  });

  it('returns the metadata of a job while it runs and after its end, and keeps them in the archive', async () => {
    const metadata = { caseNumber: '2026/17', 'case.worker': SYNTHETIC_SIGNERS[0]! };
    const request = { ...(await portalJob('with-metadata')), metadata };
    await client().startPortalJob(request);
    const running = await until('with-metadata', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    assert.deepEqual(running.metadata, metadata);
    await assert.rejects(
      client().startPortalJob({ ...request, metadata: { ...metadata, caseNumber: '2026/18' } }),
      (error) => {
        assert.ok(error instanceof SigningError);
        assert.deepEqual([error.code, error.facts.differences], ['REFERENCE_IN_USE', ['metadata']]);
        return true;
      },
    );
    await fixture().act('with-metadata', 'reject', 1);
    assert.deepEqual((await ended('with-metadata')).metadata, metadata);
    assert.deepEqual((await client().getJob('with-metadata')).metadata, metadata);
    const folder = freshFolder('with-metadata');
    const { files } = await client().saveSignedDocuments('with-metadata', { folder });
    const file = await readFile(join(folder, 'metadata.json'));
    const digest = createHash('sha256').update(file).digest('hex');
    assert.equal(files.find(({ name }) => name === 'metadata.json')?.sha256, digest);
    const { salt, documents, ...kept } = JSON.parse(file.toString()) as Record<string, unknown>;
    assert.ok(typeof salt === 'string' && Buffer.from(salt, 'base64').length === 32);
    assert.ok(Array.isArray(documents));
    assert.deepEqual(
      [kept['version'], kept['reference'], kept['title'], kept['metadata'], documents.length],
      [1, 'with-metadata', request.title, metadata, 1],
    );
    const receipt = await readFile(join(folder, 'receipt.json'), 'utf8');
    for (const text of [...Object.values(metadata), request.title]) assert.ok(!receipt.includes(text));
  });

  it('ends with REJECTED when a signer rejects, and keeps what was signed before', async () => {
    await client().startPortalJob(await portalJob('rejected', [1, 2, 3]));
    await fixture().act('rejected', 'sign', 1);
    await fixture().act('rejected', 'reject', 2);
    const { outcome, signers, archive } = await ended('rejected');
    assert.equal(outcome, 'REJECTED');
    assert.deepEqual(statusesOf({ signers }), ['SIGNED', 'REJECTED', 'NOT_APPLICABLE']);
    assert.deepEqual(archive.documents.map(({ name }) => name).toSorted(), ['signed.pdf', 'xades-1.xml']);
  });

  it('ends with CANCELLED when the sender cancels, and then takes no further cancellation', async () => {
    await client().startPortalJob(await portalJob('cancelled'));
    await until('cancelled', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    for (const refused of [{ reason: ' ' }, { reason: 'withdrawn', by: 'k'.repeat(101) }]) {
      await assert.rejects(client().cancelJob('cancelled', refused), { code: 'INVALID_REQUEST' });
    }
    const reason = 'withdrawn';
    assert.deepEqual(await client().cancelJob('cancelled', { reason, by: ' kari.nordmann ' }), {
      result: 'CANCELLED',
    });
    const { outcome, decisions } = await ended('cancelled');
    assert.equal(outcome, 'CANCELLED');
    assert.match(decisions?.[0]?.at ?? '', /Z$/u);
    assert.deepEqual(
      decisions?.map(({ at: _, ...decision }) => decision),
      [{ decision: 'CANCEL', by: 'kari.nordmann', reason }],
    );
    const folder = freshFolder('cancelled');
    await client().saveSignedDocuments('cancelled', { folder });
    const receipt = JSON.parse(await readFile(join(folder, 'receipt.json'), 'utf8')) as Receipt;
    assert.deepEqual(receipt.decisions, decisions);
    assert.deepEqual(await client().cancelJob('cancelled', { reason }), { result: 'TOO_LATE' });
    await assert.rejects(client().deleteDocumentsAtService('cancelled'), { code: 'DOCUMENTS_NOT_DELETABLE' });
  });

  it('yields the changes of a watched job, and ends with it', async () => {
    await client().startPortalJob(await portalJob('watched', [1, 2]));
    await until('watched', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    const seen: JobDescription[] = [];
    const signal = AbortSignal.timeout(60_000);
    for await (const job of client().watchJob('watched', { intervalMs: 100, signal })) {
      seen.push(job);
      const [waiting] = whileRunning(job).waitingFor;
      const isFirst = seen.filter((one) => whileRunning(one).waitingFor[0] === waiting).length === 1;
      if (waiting !== undefined && isFirst) await fixture().act('watched', 'sign', waiting);
    }
    assert.deepEqual(
      seen.slice(0, 1).map((job) => whileRunning(job).waitingFor),
      [[1]],
    );
    assert.equal(seen.at(-1)?.state, 'SIGNED');
    assert.ok(seen.some((job) => whileRunning(job).waitingFor[0] === 2));
    const texts = seen.map((job) => JSON.stringify(job));
    assert.equal(texts.filter((text, index) => text === texts[index - 1]).length, 0, 'no description twice');
  });

  it('ends a watch with its signal or its time, and refuses an invalid interval', async () => {
    await client().startPortalJob(await portalJob('watched-in-vain'));
    await until('watched-in-vain', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    const follow = async (options: Parameters<Signing['watchJob']>[1]) => {
      for await (const _ of client().watchJob('watched-in-vain', options));
    };
    await assert.rejects(follow({ signal: AbortSignal.timeout(300) }), { name: 'TimeoutError' });
    await assert.rejects(follow({ timeoutMs: 3_000 }), { code: 'CALL_TIMED_OUT' });
    await assert.rejects(follow({ intervalMs: 0 }), { code: 'INVALID_REQUEST' });
    await assert.rejects(follow({ timeoutMs: 0 }), { code: 'INVALID_REQUEST' });
    await assert.rejects(client().waitForResult('watched-in-vain', { timeoutMs: 300 }), {
      code: 'CALL_TIMED_OUT',
    });
  });

  it('takes a signer of the direct flow to the service and back', async () => {
    const baseUrl = 'https://www.example.com/signing';
    const reference = 'at-site';
    const exitUrls = client().makeExitUrls({ baseUrl, reference });
    const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
    const request = await directJob(reference, { exitUrls, signers });
    const started = await whenCreated(() => client().startDirectJob(request));
    assert.deepEqual(
      started.redirects.map(({ signer, signerIdentifier }) => [signer, signerIdentifier]),
      [
        [1, 'CUSTOMER-1'],
        [2, 'CUSTOMER-2'],
      ],
    );
    await assert.rejects(client().createRedirectUrl(reference, { signerIdentifier: 'CUSTOMER-3' }), {
      code: 'SIGNER_NOT_FOUND',
    });
    const exitUrl = await fixture().visit({ reference, ...started.redirects[0]! }, 'sign');
    const answer = await comeBack(exitUrl);
    assert.deepEqual([answer.outcome, statusesOf(answer)], [undefined, ['SIGNED', 'WAITING']]);
    await assert.rejects(client().createRedirectUrl(reference, { signer: 1 }), {
      code: 'SIGNER_NOT_WAITING',
    });
    await assert.rejects(client().signerReturned(reference, { statusQueryToken: 'invented', proved: true }), {
      code: 'STATUS_QUERY_TOKEN_INVALID',
    });
    assert.throws(() => client().checkExitUrl({ exit: 'ERROR', reference, exitProof: 'A'.repeat(22) }), {
      code: 'INVALID_REQUEST',
    });
    const redirect = await client().createRedirectUrl(reference, { signerIdentifier: 'CUSTOMER-2' });
    assert.deepEqual([redirect.signer, redirect.signerIdentifier], [2, 'CUSTOMER-2']);
    const rejected = await fixture().visit({ reference, ...redirect }, 'reject');
    assert.match(rejected, /\/rejected\?/u);
    assert.equal((await comeBack(rejected)).outcome, 'REJECTED');
    assert.equal((await ended(reference)).outcome, 'REJECTED');
    // The same token again, and the same job again.
    assert.equal((await comeBack(rejected)).outcome, 'REJECTED');
    const repeated = await client().startDirectJob(request);
    assert.deepEqual([repeated.existing, repeated.redirects, repeated.outcome], [true, [], 'REJECTED']);
    await assert.rejects(client().createRedirectUrl(reference, { signer: 1 }), { code: 'JOB_ENDED' });
    await assert.rejects(client().cancelJob(reference, { reason: 'a mistake' }), {
      code: 'NOT_IN_THIS_FLOW',
    });
  });

  it('keeps the jobs of senders apart', async () => {
    const other = client().forSender('984661185');
    await client().startPortalJob(await portalJob('own'));
    await assert.rejects(other.getJob('own'), { code: 'JOB_NOT_FOUND' });
    assert.throws(() => client().forSender('none'), { code: 'INVALID_REQUEST' });
    const sector = 'public' as 'PUBLIC';
    assert.throws(() => client().forSender('984661185', { sector }), { message: /sector: must be P/u });
    await other.close();
    assert.equal((await client().getJob('own')).reference, 'own');
  });

  it('says of a reference that does not exist that it does not', async () => {
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      getJob: () => client().getJob('unused'),
      waitForResult: () => client().waitForResult('unused'),
      watchJob: () => client().watchJob('unused').next(),
      signedDocument: () => client().signedDocument('unused'),
      saveSignedDocuments: () => client().saveSignedDocuments('unused'),
      deleteDocumentsAtService: () => client().deleteDocumentsAtService('unused'),
      cancelJob: () => client().cancelJob('unused', { reason: 'a mistake' }),
      createRedirectUrl: () => client().createRedirectUrl('unused', { signer: 1 }),
      signerReturned: () => client().signerReturned('unused', { statusQueryToken: 'token', proved: true }),
      retryArchiving: () => client().retryArchiving('unused'),
    };
    for (const [name, call] of Object.entries(calls)) {
      await assert.rejects(call(), { code: 'JOB_NOT_FOUND' }, name);
    }
  });

  it('lists jobs page by page, and by their states', async () => {
    const all = async (options: Parameters<Signing['listAllJobs']>[0] = {}) => {
      const jobs = [];
      for await (const job of client().listAllJobs(options)) jobs.push(job);
      return jobs;
    };
    // The list lags behind by a moment.
    const cancelled = await waitFor(
      async () => (await all({ states: ['CANCELLED'] })).find(({ reference }) => reference === 'cancelled'),
      { what: 'the cancelled job is in the list' },
    );
    assert.deepEqual([cancelled.status, cancelled.flow], ['ENDED', 'PORTAL']);
    assert.ok(cancelled.status === 'ENDED' && cancelled.endedAt >= cancelled.startedAt);
    assert.deepEqual([cancelled.outcome, cancelled.state], ['CANCELLED', 'CANCELLED']);
    const { jobs, cursor } = await client().listJobs({ limit: 2 });
    assert.equal(jobs.length, 2);
    assert.ok(cursor !== undefined);
    const next = await client().listJobs({ limit: 2, cursor });
    assert.ok(next.jobs.every((job) => jobs.every(({ reference }) => reference !== job.reference)));
    assert.ok((await all({ flow: 'DIRECT' })).every(({ flow }) => flow === 'DIRECT'));
    await assert.rejects(client().listJobs({ limit: 0 }), { code: 'INVALID_REQUEST' });
    await assert.rejects(client().listJobs({ cursor: 'none' }), { code: 'INVALID_REQUEST' });
  });

  it('makes no call with a signal that has aborted, and takes no timeout that is none', async () => {
    const reason = new Error('shutting down');
    const signal = AbortSignal.abort(reason);
    const request = await portalJob('aborted');
    await assert.rejects(client().startPortalJob(request, { signal }), (error) => error === reason);
    await assert.rejects(client().getJob('aborted'), { code: 'JOB_NOT_FOUND' });
    await assert.rejects(client().getJob('aborted', { timeoutMs: 0 }), { code: 'INVALID_REQUEST' });
  });

  it('ends with EXPIRED when the time runs out', async () => {
    await client().startPortalJob(await portalJob('expired', [1, 2]));
    await until('expired', ({ state }) => state === 'WAITING_FOR_SIGNERS');
    await fixture().expire('expired');
    const { outcome, signers } = await ended('expired');
    assert.equal(outcome, 'EXPIRED');
    assert.deepEqual(statusesOf({ signers }), ['EXPIRED', 'NOT_APPLICABLE']);
  });

  async function comeBack(exitUrl: string) {
    const { searchParams } = new URL(exitUrl);
    const token = searchParams.get('status_query_token') ?? '';
    return client().signerReturned('at-site', { statusQueryToken: token, proved: true });
  }

  async function until(
    reference: string,
    isReached: (job: JobDescription) => boolean,
  ): Promise<JobDescription> {
    const signal = AbortSignal.timeout(60_000);
    for await (const job of client().watchJob(reference, { intervalMs: 100, signal })) {
      if (isReached(job)) return job;
    }
    return assert.fail(`Job ${reference} ended too early.`);
  }
}
