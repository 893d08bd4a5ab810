import type { LedgerClaim } from '@signering/storage';

/** What a claim holds of its workflow's input, in tests that do not read it. */
export const CLAIMED_INPUT: Pick<LedgerClaim, 'input' | 'documents'> = {
  input: { keyId: 'test-1', nonce: '', data: '' },
  documents: [{ sha256: 'd'.repeat(64), size: 1 }],
};
