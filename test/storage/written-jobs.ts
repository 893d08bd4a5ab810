import { createHash } from 'node:crypto';
import type { ArchivedJob } from '@signering/storage';

export const ORGANIZATION = '910000007';

/** Deterministic bytes for each number: 200 kB, enough for a kill to interrupt a write. */
export function contentOf(number: number): Uint8Array {
  const block = createHash('sha512').update(String(number)).digest();
  return Buffer.alloc(200_000, block);
}

export function jobOf(number: number): ArchivedJob {
  return {
    organizationNumber: ORGANIZATION,
    reference: `Job #${number}`,
    signatureJobId: String(1000 + number),
    createdAt: '2026-03-01T10:00:00.000Z',
  };
}
