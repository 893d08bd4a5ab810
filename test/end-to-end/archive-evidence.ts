import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceOf, finalConfirmationOf, jobIdsOf } from './sandbox-evidence.js';
import type { TestStack } from '../fixtures/index.js';

/** The folders in the archive that belong to a reference made of letters, digits and hyphens. */
export function archiveFoldersOf(stack: TestStack, reference: string): readonly string[] {
  const archive = join(stack.storageFolder, 'archive');
  if (!existsSync(archive)) return [];
  return readdirSync(archive, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`-${reference}`))
    .map((path) => join(archive, path));
}

/**
 * Everything of a job was archived before the confirmation that lets the service delete its copies: read from the times of
 * the files and the sandbox's ledger.
 */
export async function assertArchivedBeforeConfirmed(
  stack: TestStack,
  reference: string,
  jobId: string,
): Promise<void> {
  const confirmedAt = await finalConfirmationOf(stack.admin, jobId);
  const [folder] = archiveFoldersOf(stack, reference);
  assert.ok(folder !== undefined, 'confirmed, and nothing is in the archive');
  // Signed documents of a second job follow in a folder.
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name);
  assert.ok(names.includes('receipt.json'), 'confirmed, and the archive has no receipt');
  for (const name of names) {
    const archivedAt = Math.floor(statSync(join(folder, name)).ctimeMs);
    assert.ok(
      archivedAt <= confirmedAt.getTime(),
      `${name} got its name ${archivedAt - confirmedAt.getTime()} ms after the confirmation`,
    );
  }
}

/** One archive, with the bytes that the sandbox signed, and every change of the job confirmed. */
export async function assertSettledOnce(
  stack: TestStack,
  reference: string,
  { jobs = 1 }: { readonly jobs?: number } = {},
): Promise<void> {
  const ids = await jobIdsOf(stack.admin, reference);
  assert.equal(ids.length, jobs, 'jobs at the sandbox');
  const folders = archiveFoldersOf(stack, reference);
  assert.equal(folders.length, 1, 'archived once');
  const folder = folders[0]!;
  const id = ids.find((one) => folder.endsWith(`${one}-${reference}`));
  assert.ok(id !== undefined, 'the archive names a job of the sandbox');
  await assertArchivedBeforeConfirmed(stack, reference, id);
  const job = await evidenceOf(stack.admin, id);
  assert.equal(job.confirmedVersion, job.latestVersion, 'every change is confirmed');
  assert.equal(digestOf(join(folder, 'signed.pdf')), job.pades?.sha256);
  for (const { signer, xades } of job.signers) {
    assert.equal(digestOf(join(folder, `xades-${signer}.xml`)), xades?.sha256);
  }
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
