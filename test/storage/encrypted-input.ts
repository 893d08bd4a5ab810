import type { LedgerClaim } from '@signering/storage';

/** Placeholder for the encrypted input of a claim, in tests that do not read it. */
export const CLAIMED_INPUT: Pick<LedgerClaim, 'input' | 'documents'> = {
  input: { keyId: 'test-1', nonce: '', data: '' },
  documents: [{ mediaType: 'application/pdf', sha256: 'd'.repeat(64), size: 1 }],
};
