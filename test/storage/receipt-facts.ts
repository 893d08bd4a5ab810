/** Members of every receipt that a test does not choose. */
export const RECEIPT_FACTS = {
  version: 1,
  flow: 'PORTAL',
  outcome: 'SIGNED',
  signers: [],
  contentDigest: 'c'.repeat(64),
  sent: [],
  received: [],
  startedAt: '2026-02-28T20:00:00.000Z',
  archivedAt: '2026-03-01T11:00:00.000Z',
  software: { name: 'signering-workflows', version: '0.1.0' },
} as const;
