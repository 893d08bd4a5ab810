import assert from 'node:assert/strict';
import {
  identityOfStatusChange,
  isFinal,
  parseSignerStatus,
  type ConfirmationUrl,
  type PortalSignature,
  type PortalStatusChange,
  type SignatureJobId,
} from '@signering/schema';

const SIGNATURE: PortalSignature = {
  identifier: { personalIdentificationNumber: '01815012345' },
  status: { kind: 'WAITING' },
  since: '2030-01-01T00:00:00Z',
};
const CHANGE: PortalStatusChange = {
  signatureJobId: '7' as SignatureJobId,
  status: 'IN_PROGRESS',
  confirmationUrl: 'https://localhost/complete' as ConfirmationUrl,
  signatures: [SIGNATURE],
};

describe('a status change', () => {
  it('is final when the job has ended', () => {
    assert.ok(!isFinal(CHANGE));
    assert.ok(isFinal({ ...CHANGE, status: 'COMPLETED_SUCCESSFULLY' }));
    assert.ok(isFinal({ ...CHANGE, status: 'FAILED' }));
  });

  it('is recognised when re-delivered, with any URLs', () => {
    const again = { ...CHANGE, confirmationUrl: 'https://localhost/other' as ConfirmationUrl };
    assert.equal(identityOfStatusChange(again), identityOfStatusChange(CHANGE));
  });

  it('differs if job, status, signer, signer status or its time differ', () => {
    const signers: readonly PortalSignature[] = [
      { ...SIGNATURE, identifier: { emailAddress: '01815012345' } },
      { ...SIGNATURE, status: { kind: 'SIGNED' } },
      { ...SIGNATURE, status: { kind: 'UNKNOWN', text: 'ASLEEP' } },
      { ...SIGNATURE, since: '2030-01-01T00:00:01Z' },
    ];
    const others: readonly PortalStatusChange[] = [
      { ...CHANGE, signatureJobId: '8' as SignatureJobId },
      { ...CHANGE, status: 'FAILED' },
      { ...CHANGE, signatures: [SIGNATURE, SIGNATURE] },
      ...signers.map((signature) => ({ ...CHANGE, signatures: [signature] })),
    ];
    for (const other of others)
      assert.notEqual(identityOfStatusChange(other), identityOfStatusChange(CHANGE));
  });

  it('keeps an unknown signer status as text', () => {
    assert.deepEqual(parseSignerStatus('SIGNED'), { kind: 'SIGNED' });
    assert.deepEqual(parseSignerStatus('ASLEEP'), { kind: 'UNKNOWN', text: 'ASLEEP' });
  });
});
