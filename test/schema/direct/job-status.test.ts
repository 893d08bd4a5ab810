import assert from 'node:assert/strict';
import {
  findDirectSignature,
  identityOfDirectStatus,
  isFinal,
  type ConfirmationUrl,
  type DirectSignature,
  type DirectSignatureJobStatus,
  type SignatureJobId,
} from '@signering/schema';

const PIN = '01815010260';
const BY_NUMBER: DirectSignature = {
  signer: PIN,
  status: { kind: 'SIGNED' },
  since: '2030-01-01T00:00:00Z',
};
const BY_IDENTIFIER: DirectSignature = {
  signer: 'CUSTOMER-1',
  status: { kind: 'WAITING' },
  since: '2030-01-01T00:00:00Z',
};
const STATUS: DirectSignatureJobStatus = {
  signatureJobId: '7' as SignatureJobId,
  status: 'IN_PROGRESS',
  signatures: [BY_NUMBER, BY_IDENTIFIER],
};

describe('the status of a direct job', () => {
  it('finds each signer by number or identifier, in any order', () => {
    const reversed = { signatures: [BY_IDENTIFIER, BY_NUMBER] };
    for (const status of [STATUS, reversed]) {
      assert.equal(findDirectSignature(status, { personalIdentificationNumber: PIN }), BY_NUMBER);
      assert.equal(findDirectSignature(status, { signerIdentifier: 'CUSTOMER-1' }), BY_IDENTIFIER);
      assert.equal(findDirectSignature(status, { signerIdentifier: 'customer-1' }), undefined);
    }
  });

  it('finds the only signer without a name, but no other', () => {
    const { signer: _, ...nameless } = BY_NUMBER;
    assert.equal(findDirectSignature({ signatures: [nameless] }, { signerIdentifier: 'A' }), nameless);
    assert.equal(findDirectSignature({ signatures: [BY_NUMBER] }, { signerIdentifier: 'A' }), undefined);
    assert.equal(findDirectSignature({ signatures: [] }, { signerIdentifier: 'A' }), undefined);
  });

  it('finds a signer whose identifier lost its line breaks in an attribute', () => {
    const signature = { ...BY_NUMBER, signer: 'Kari Nordmann kunde 1' };
    const signerIdentifier = 'Kari\r\nNordmann\tkunde\n1';
    assert.equal(findDirectSignature({ signatures: [signature] }, { signerIdentifier }), signature);
  });

  it('is recognised when re-delivered, with any order and any URLs', () => {
    const again = {
      ...STATUS,
      signatures: [...STATUS.signatures].reverse(),
      confirmationUrl: 'https://localhost/complete' as ConfirmationUrl,
    };
    assert.equal(identityOfDirectStatus(again), identityOfDirectStatus(STATUS));
  });

  it('differs if job, status, signer, signer status or its time differ', () => {
    const others: readonly DirectSignatureJobStatus[] = [
      { ...STATUS, signatureJobId: '8' as SignatureJobId },
      { ...STATUS, status: 'FAILED' },
      { ...STATUS, signatures: [BY_NUMBER] },
      ...[
        { ...BY_NUMBER, signer: 'CUSTOMER-2' },
        { ...BY_NUMBER, status: { kind: 'REJECTED' } as const },
        { ...BY_NUMBER, status: { kind: 'UNKNOWN', text: 'ASLEEP' } as const },
        { ...BY_NUMBER, since: '2030-01-01T00:00:01Z' },
      ].map((signature) => ({ ...STATUS, signatures: [signature, BY_IDENTIFIER] })),
    ];
    for (const other of others)
      assert.notEqual(identityOfDirectStatus(other), identityOfDirectStatus(STATUS));
  });

  it('is final when the job has ended, which a single failed ceremony does not cause', () => {
    const signatures: readonly DirectSignature[] = [{ ...BY_NUMBER, status: { kind: 'FAILED' } }];
    const failed: DirectSignatureJobStatus = { ...STATUS, signatures };
    assert.ok(!isFinal(failed));
    assert.ok(isFinal({ ...STATUS, status: 'FAILED' }));
  });
});
