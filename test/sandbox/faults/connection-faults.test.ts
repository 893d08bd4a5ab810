import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import type { PadesUrl } from '@signering/schema';
import { element } from '../stage/answer-elements.js';
import { failure } from '../stage/failure.js';
import { startFaultyService, type FaultyService } from '../stage/faulty-service.js';
import { portalJob } from '../stage/product-client.js';
import { until } from '../stage/until.js';

describe('faults of the connection, observed by the product’s client', () => {
  let service: FaultyService;
  beforeEach(async () => {
    service = await startFaultyService();
  });
  afterEach(async () => await service.close());

  const padesUrl = async (): Promise<PadesUrl> => {
    await service.signedJob();
    const { padesUrl: url } = await service.nextChange();
    assert.ok(url);
    return url;
  };
  const download = async (url: PadesUrl): Promise<Buffer> =>
    await buffer((await service.api.portal.downloadPades(url)).content);

  it('delay: the call is delayed, and a client with a shorter timeout does not know its job', async () => {
    const { organizationNumber } = service;
    await service.fault({ fault: 'delay', operation: 'probe', delaySeconds: 0.3 });
    const began = performance.now();
    await service.api.probe({ organizationNumber });
    assert.ok(performance.now() - began >= 299);

    const impatient = await service.impatient({ answerTimeoutMs: 1000 });
    await service.fault({ fault: 'delay', operation: 'probe', delaySeconds: 20, when: 'after' });
    await assert.rejects(impatient.probe({ organizationNumber }), { code: 'SERVICE_UNAVAILABLE' });
    await service.fault({ fault: 'delay', operation: 'create', delaySeconds: 20, when: 'after' });
    const created = impatient.portal.createSignatureJob(await portalJob(organizationNumber));
    await assert.rejects(created, { code: 'CREATE_OUTCOME_UNKNOWN' });
    await until('the job exists', async () => (await service.jobIds()).length > 0);
    assert.equal((await service.jobIds()).length, 1);
  });

  it('reset before: the call has no effect, which the client cannot know for a create', async () => {
    await service.fault({ fault: 'reset', operation: 'create' });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
    assert.deepEqual(await service.jobIds(), []);
    await service.fault({ fault: 'reset', operation: 'fetchStatusChange' });
    await assert.rejects(service.poll(), { code: 'SERVICE_UNAVAILABLE', retryable: true });
  });

  it('reset after: the job, the confirmation or the delivery exists, and the caller got no response', async () => {
    await service.fault({ fault: 'reset', operation: 'create', when: 'after' });
    await assert.rejects(service.create({ reference: 'ghost' }), { code: 'CREATE_OUTCOME_UNKNOWN' });
    const [ghost] = await service.jobIds();
    await service.sandbox.admin('POST', `/jobs/${ghost}/signers/1/sign`);

    await service.fault({ fault: 'reset', operation: 'fetchStatusChange', when: 'after' });
    await assert.rejects(service.poll(), { code: 'SERVICE_UNAVAILABLE', retryable: true });
    assert.equal((await service.poll()).kind, 'EMPTY', 'it was handed out, and the response was lost');
    await service.sandbox.admin('POST', '/clock', { advanceSeconds: 600 });
    const change = await service.nextChange();
    assert.equal(change.reference, 'ghost');

    await service.fault({ fault: 'reset', operation: 'confirm', when: 'after' });
    const confirm = async () => await service.api.portal.confirmStatusChange(change.confirmationUrl);
    await assert.rejects(confirm(), { code: 'SERVICE_UNAVAILABLE', retryable: true });
    await assert.rejects(confirm(), failure('REQUEST_REFUSED', { httpStatus: 404 }));
  });

  it('reset: the client’s socket is reset, not only its stream', async () => {
    const sender = await service.sandbox.sender();
    await service.fault({ fault: 'reset', operation: 'probe' });
    await assert.rejects(sender.call('GET', ''), { code: 'ECONNRESET', syscall: 'read' });
  });

  it('truncated with the connection: a download is incomplete, a message unreadable', async () => {
    const url = await padesUrl();
    await service.fault({ fault: 'truncated', operation: 'pades', afterBytes: 1000 });
    await assert.rejects(download(url), { code: 'INCOMPLETE_DOWNLOAD', retryable: true });
    assert.equal((await download(url)).subarray(0, 5).toString(), '%PDF-');
    await service.fault({ fault: 'truncated', operation: 'create' });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
  });

  it('truncated as if it were complete: valid HTTP with incomplete content', async () => {
    const url = await padesUrl();
    await service.fault({ fault: 'truncated', operation: 'pades', afterBytes: 1000, ending: 'asIfComplete' });
    assert.equal((await download(url)).length, 1000);
    await service.fault({ fault: 'truncated', operation: 'create', ending: 'asIfComplete' });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
  });

  it('wrongContentLength: a larger value ends the connection early, a smaller one truncates the content', async () => {
    const url = await padesUrl();
    await service.fault({ fault: 'wrongContentLength', operation: 'pades', difference: 500 });
    await assert.rejects(download(url), { code: 'INCOMPLETE_DOWNLOAD' });
    const whole = await download(url);
    await service.fault({ fault: 'wrongContentLength', operation: 'pades', difference: -500 });
    const { content } = await service.api.portal.downloadPades(url);
    assert.equal((await buffer(content)).length, whole.length - 500);
    // What came after it belongs to no answer, so that the connection is of no use any more.
    assert.deepEqual(await download(url), whole);
    await service.fault({ fault: 'wrongContentLength', operation: 'create', difference: -10 });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
  });

  for (const announced of [true, false]) {
    it(`huge, ${announced ? 'announced' : 'in chunks'}: the client stops reading, and the sandbox sending`, async () => {
      const bytes = 8 * 1024 ** 3;
      await service.fault({ fault: 'huge', operation: 'create', bytes, announced });
      const before = process.memoryUsage().rss;
      await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
      const url = await padesUrl();
      await service.fault({ fault: 'huge', operation: 'pades', bytes, announced });
      const { content, size } = await service.api.portal.downloadPades(url);
      assert.equal(size, announced ? bytes : undefined);
      let read = 0;
      for await (const chunk of content as AsyncIterable<Buffer>) {
        read += chunk.length;
        if (read > 32 * 1024 ** 2) break;
      }
      assert.ok(read > 32 * 1024 ** 2, `${read} bytes were read`);
      // When memory is returned is up to the engine.
      assert.ok(process.memoryUsage().rss - before < 1024 ** 3, 'most of it was never made');
      await until('the sandbox serves the next one', async () => (await download(url)).length > 1000);
    });
  }

  it('huge: a message with a gigabyte of blanks is valid by the schema, and exceeds the client’s limit', async () => {
    const sender = await service.sandbox.sender();
    await service.fault({ fault: 'huge', operation: 'create', bytes: 3_000_000 });
    const { text } = await sender.create();
    assert.equal(text.length, 3_000_000);
    assert.ok(element(text, 'signature-job-id'));
    await service.signedJob();
    await service.fault({ fault: 'huge', operation: 'fetchStatusChange', bytes: 3_000_000 });
    await assert.rejects(service.poll(), { code: 'UNREADABLE_RESPONSE' });
  });
});
