import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { startFaultyService, type FaultyService } from '../stage/faulty-service.js';
import { signerByNumber } from '../stage/order.js';
import { element } from '../stage/answer-elements.js';
import { directRequest } from '../stage/direct-order.js';
import { checkPades } from '../../signatures/short-verdict.js';

describe('faults of the queue, observed by the product’s client', () => {
  let service: FaultyService;
  beforeEach(async () => {
    service = await startFaultyService();
  });
  afterEach(async () => await service.close());

  it('repeatedDelivery: the same change is delivered once more immediately', async () => {
    await service.signedJob();
    await service.fault({ fault: 'repeatedDelivery', operation: 'fetchStatusChange' });
    const first = await service.nextChange();
    assert.deepEqual(await service.nextChange(), first);
    assert.equal((await service.poll()).kind, 'EMPTY');
  });

  it('repeatedDelivery: an intermediate change is delivered again although it was confirmed', async () => {
    const sender = await service.sandbox.sender();
    const { text } = await sender.create({ signers: [signerByNumber(1), signerByNumber(2)] });
    await service.sandbox.admin('POST', `/jobs/${element(text, 'signature-job-id')}/signers/1/sign`);
    await service.fault({ fault: 'repeatedDelivery', operation: 'fetchStatusChange' });
    const first = await service.nextChange();
    await service.api.portal.confirmStatusChange(first.confirmationUrl);
    assert.deepEqual(await service.nextChange(), first);
    assert.equal((await service.poll()).kind, 'EMPTY');
  });

  it('repeatedDelivery: a confirmed final change is not delivered again', async () => {
    await service.signedJob();
    await service.fault({ fault: 'repeatedDelivery', operation: 'fetchStatusChange' });
    const { confirmationUrl } = await service.nextChange();
    await service.api.portal.confirmStatusChange(confirmationUrl);
    assert.equal((await service.poll()).kind, 'EMPTY');
  });

  it('foreignChange: a complete job that the caller has not created', async () => {
    await service.fault({ fault: 'foreignChange', operation: 'fetchStatusChange' });
    const change = await service.nextChange();
    assert.equal(change.reference, undefined);
    assert.equal(change.status, 'COMPLETED_SUCCESSFULLY');
    const { content } = await service.api.portal.downloadPades(change.padesUrl!);
    assert.equal((await checkPades(await buffer(content))).result, 'INTACT');
    await service.api.portal.confirmStatusChange(change.confirmationUrl);
    assert.equal((await service.poll()).kind, 'EMPTY');
  });

  it('foreignChange: with the reference, the signers and the documents of a job of the caller’s', async () => {
    const { signatureJobId: ours } = await service.create({ reference: 'A-17' });
    const order = { fault: 'foreignChange', operation: 'fetchStatusChange', reference: 'A-17', like: ours };
    await service.fault({ ...order, outcome: 'rejected' });
    const theirs = await service.nextChange();
    assert.notEqual(theirs.signatureJobId, ours);
    assert.equal(theirs.reference, 'A-17');
    assert.equal(theirs.status, 'FAILED');

    await service.sandbox.admin('POST', `/jobs/${ours}/signers/1/sign`);
    const change = await service.nextChange();
    assert.equal(change.signatureJobId, ours);
    assert.deepEqual(
      theirs.signatures.map(({ identifier }) => identifier),
      change.signatures.map(({ identifier }) => identifier),
    );
  });

  it('foreignChange: is delivered after waiting changes, in the polled queue only', async () => {
    const ours = await service.signedJob();
    await service.fault({ fault: 'foreignChange', operation: 'fetchStatusChange' });
    assert.equal((await service.nextChange()).signatureJobId, ours);
    assert.equal((await service.poll('another queue')).kind, 'EMPTY');
    assert.notEqual((await service.nextChange()).signatureJobId, ours);
  });

  it('foreignChange: also in the direct flow, with signatures of some signers', async () => {
    const sender = await service.sandbox.sender();
    const created = await sender.call('POST', '/direct/signature-jobs', await directRequest(sender));
    const like = element(created.text, 'signature-job-id');
    await service.fault({
      fault: 'foreignChange',
      operation: 'fetchStatusChange',
      like,
      outcome: 'partlySigned',
    });
    const answer = await service.api.direct.fetchStatusChange({
      organizationNumber: service.organizationNumber,
    });
    assert.equal(answer.kind, 'STATUS_CHANGE');
    assert.notEqual(answer.change.signatureJobId, like);
  });
});
