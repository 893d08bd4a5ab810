import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { archiveFaultOf } from '@signering/activities';
import { entryFaultOf } from '@signering/activities/internal/entry-fault.js';
import { generateKey } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import { openStorage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';

describe('the archive of a job that is read back before its confirmation', () => {
  it('is a fault of this job alone when the key of a signed document is missing', async () => {
    const location = freshFolder('archive');
    const keys = [generateKey('of-then')];
    const { archive } = await openStorage({ location, create: true, keys, encryptStorage: true });
    const createdAt = '2026-03-01T12:00:00.000Z';
    const job = { organizationNumber: '910000007', reference: 'sealed', signatureJobId: '1', createdAt };
    const { file } = await archive.put({
      job,
      name: 'signed.pdf',
      content: Readable.from([Buffer.from('signed')]),
      verify: () => Promise.resolve(undefined),
    });
    const proved = { documents: [], signer: false, job: false };
    const check = { result: 'NOT_CHECKED', findings: [], proved, signatures: [] } as const;
    await archive.putReceipt(job, { ...RECEIPT_FACTS, ...job, received: [{ ...file, check }] });
    assert.equal(await archiveFaultOf(job, archive), undefined);

    const withoutKey = await openStorage({ location, keys: [generateKey('of-now')], encryptStorage: true });
    const fault = await archiveFaultOf(job, withoutKey.archive);
    assert.ok(fault);
    assert.deepEqual([fault.code, fault.cause?.code], ['KEY_MISMATCH', 'KEY_MISMATCH']);
    assert.match(fault.remedy, /SIGNERING_KEYS/u);
    const error = new SigningError(fault.code, 'not confirmed');
    assert.equal(entryFaultOf(error), 'KEY_MISMATCH', 'the drain goes on with the next change');
  });
});
