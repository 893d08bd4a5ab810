import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import type { PortalSignatureJobResponse, PortalStatusChange } from '@signering/schema';
import { failure } from '../stage/failure.js';
import { startFaultyService, type FaultyService } from '../stage/faulty-service.js';
import { checkPades, checkXades } from '../../signatures/short-verdict.js';

describe('faults of the response, observed by the product’s client', () => {
  let service: FaultyService;
  beforeEach(async () => {
    service = await startFaultyService();
  });
  afterEach(async () => await service.close());

  it('status without a body: a rejection or an error of the service, without a job', async () => {
    const { organizationNumber } = service;
    const probe = async () => await service.api.probe({ organizationNumber });
    await service.fault({ fault: 'status', operation: 'probe', status: 418 });
    await assert.rejects(probe(), failure('REQUEST_REFUSED', { httpStatus: 418 }));
    await service.fault({ fault: 'status', operation: 'probe', status: 503, body: '<html>Later</html>' });
    await assert.rejects(probe(), failure('SERVICE_UNAVAILABLE', { httpStatus: 503 }));
    await service.fault({ fault: 'status', operation: 'create', status: 500 });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
    assert.deepEqual(await service.jobIds(), []);
    await service.fault({ fault: 'status', operation: 'create', status: 502, when: 'after' });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
    assert.equal((await service.jobIds()).length, 1);
  });

  it('status with an error body: the service’s code says what is wrong, with any status', async () => {
    for (const errorCode of ['BROKER_NOT_AUTHORIZED', 'NOT_AUTHORIZED']) {
      await service.fault({ fault: 'status', operation: 'create', status: 500, body: { errorCode } });
      await assert.rejects(service.create(), { code: errorCode, retryable: false });
    }
    await service.fault({
      fault: 'status',
      operation: 'create',
      status: 422,
      body: { errorCode: 'SOMETHING_NEW' },
    });
    await assert.rejects(service.create(), failure('REQUEST_REFUSED', { serviceErrorCode: 'SOMETHING_NEW' }));
  });

  it('status with headers: a rate limit block as the service sends it, and a wait', async () => {
    await service.fault({
      fault: 'status',
      operation: 'fetchStatusChange',
      status: 429,
      headers: { DoSFilter: 'delayed' },
    });
    await assert.rejects(service.poll(), failure('RATE_LIMITED', { retryAfterMs: 30_000 }));
  });

  it('malformedXml: unreadable, with an unknown job', async () => {
    await service.fault({ fault: 'malformedXml', operation: 'create' });
    await assert.rejects(service.create(), { code: 'CREATE_OUTCOME_UNKNOWN' });
    await service.signedJob();
    await service.fault({ fault: 'malformedXml', operation: 'fetchStatusChange' });
    await assert.rejects(service.poll(), { code: 'UNREADABLE_RESPONSE' });
  });

  it('wrongContentType: the content decides, not the media type', async () => {
    await service.fault({
      fault: 'wrongContentType',
      operation: 'create',
      contentType: 'text/html; charset=utf-16',
    });
    assert.ok((await service.create()).signatureJobId);
  });

  it('corrupted: the download is complete, and its signature check fails', async () => {
    await service.signedJob();
    const { padesUrl, signatures } = await service.nextChange();
    await service.fault({ fault: 'corrupted', operation: 'pades', times: 1 });
    const fetchPades = async () => await buffer((await service.api.portal.downloadPades(padesUrl!)).content);
    assert.equal((await checkPades(await fetchPades())).result, 'BROKEN');
    assert.equal((await checkPades(await fetchPades())).result, 'INTACT');
    const { xadesUrl } = signatures[0]!;
    await service.fault({ fault: 'corrupted', operation: 'xades' });
    const fetchXades = async () => await buffer((await service.api.portal.downloadXades(xadesUrl!)).content);
    assert.notDeepEqual(await fetchXades(), await fetchXades());
    assert.equal((await checkXades(await fetchXades())).result, 'INTACT');
  });

  it('unknownSignerStatus: it is read as unknown, and the job’s own status decides', async () => {
    await service.signedJob();
    await service.fault({
      fault: 'unknownSignerStatus',
      operation: 'fetchStatusChange',
      status: 'ON_HOLIDAY',
    });
    const { status, signatures } = await service.nextChange();
    assert.equal(status, 'COMPLETED_SUCCESSFULLY');
    assert.deepEqual(
      signatures.map((signature) => signature.status),
      [{ kind: 'UNKNOWN', text: 'ON_HOLIDAY' }],
    );
  });

  it('unknownElements: the message is read without them', async () => {
    await service.fault({ fault: 'unknownElements', operation: 'create' });
    const created: PortalSignatureJobResponse = await service.create({ reference: 'later' });
    assert.equal(created.reference, 'later');
    await service.sandbox.admin('POST', `/jobs/${created.signatureJobId}/signers/1/sign`);
    await service.fault({ fault: 'unknownElements', operation: 'fetchStatusChange' });
    const change: PortalStatusChange = await service.nextChange();
    await service.sandbox.admin('POST', '/clock', { advanceSeconds: 600 });
    assert.deepEqual(change, await service.nextChange());
  });

  for (const seconds of [-86_400, 86_400]) {
    it(`clockSkew of ${seconds} seconds: the wait for the next poll is the same`, async () => {
      const right = await service.poll();
      await service.fault({ fault: 'clockSkew', operation: 'fetchStatusChange', skewSeconds: seconds });
      const skewed = await service.poll();
      assert.equal(skewed.kind, 'EMPTY');
      assert.ok(Math.abs(skewed.nextPollInMs - right.nextPollInMs) <= 1000);
      const sender = await service.sandbox.sender();
      await service.fault({ fault: 'clockSkew', operation: 'fetchStatusChange', skewSeconds: seconds });
      const { headers } = await sender.poll();
      assert.ok(Math.abs(Date.parse(headers.date!) - Date.now() - seconds * 1000) < 60_000);
    });
  }
});
