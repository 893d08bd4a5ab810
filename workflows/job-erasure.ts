import type { ErasureInput, ErasureResult } from '@signering/contract';
import { eraseJob } from './activities.js';
import { demandInputVersion } from './input-version.js';

/** Erases an ended job. Retries while storage or Temporal is unavailable; fails for an open or held job. */
export async function jobErasure(input: ErasureInput): Promise<ErasureResult> {
  demandInputVersion(input);
  const { version: _, storageId: _storageId, ...erasure } = input;
  return { version: 1, ...(await eraseJob(erasure)) };
}
