import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { archiveFoldersOf, assertArchivedBeforeConfirmed } from '../end-to-end/archive-evidence.js';
import { evidenceOf, jobIdsOf, type JobEvidence } from '../end-to-end/sandbox-evidence.js';
import type { TestStack } from '../fixtures/index.js';
import { courseOf, type PlannedAgreement } from './agreement-plan.js';

const Receipt = z.looseObject({
  outcome: z.string(),
  signatureJobId: z.string(),
  ambiguousCreate: z.unknown().optional(),
  signers: z.array(z.looseObject({ status: z.string() })),
});

/** The jobs of an agreement at the sandbox whose newest change is not confirmed. Empty for a job whose signers cannot be reached. */
export async function unconfirmedJobsOf(stack: TestStack, reference: string): Promise<readonly string[]> {
  const ids = await jobIdsOf(stack.admin, reference);
  const jobs = await Promise.all(ids.map((id) => evidenceOf(stack.admin, id)));
  return jobs.filter(isUnconfirmed).map(({ signatureJobId }) => signatureJobId);
}

function isUnconfirmed({ status, latestVersion, confirmedVersion }: JobEvidence): boolean {
  return status !== 'IN_PROGRESS' && confirmedVersion < latestVersion;
}

/**
 * Compares the archive with the sandbox, and believes neither worker nor client: one archive, of the planned outcome,
 * with the bytes that the sandbox signed, complete before it was confirmed.
 */
export async function verifyAgreement(
  stack: TestStack,
  { reference, kind }: PlannedAgreement,
): Promise<void> {
  const folders = archiveFoldersOf(stack, reference);
  assert.equal(folders.length, 1, 'it is archived once');
  const folder = folders[0] ?? '';
  const receipt = Receipt.parse(JSON.parse(readFileSync(join(folder, 'receipt.json'), 'utf8')));
  const { outcome, flow } = courseOf(kind);
  // A fault of the service: the change that ended the job may say a status that does not exist, and not why it ended.
  const isUnknown = outcome !== 'SIGNED' && receipt.signers.some(({ status }) => status === 'UNKNOWN');
  const permitted = isUnknown ? [outcome, 'FAILED'] : [outcome];
  assert.ok(permitted.includes(receipt.outcome), `the outcome is ${receipt.outcome}, not ${outcome}`);
  const ids = await jobIdsOf(stack.admin, reference);
  assert.ok(ids.includes(receipt.signatureJobId), 'the archived job is one of the sandbox');
  if (ids.length > 1) {
    assert.ok(receipt.ambiguousCreate !== undefined, `${ids.length} jobs, and no create was ambiguous`);
  }
  const job = await evidenceOf(stack.admin, receipt.signatureJobId);
  const isSigned = receipt.outcome === 'SIGNED';
  assert.equal(job.status, isSigned ? 'COMPLETED_SUCCESSFULLY' : 'FAILED');
  if (isSigned) assertSame(folder, 'signed.pdf', job.pades?.sha256);
  for (const { signer, xades } of job.signers) assertSame(folder, `xades-${signer}.xml`, xades?.sha256);
  await assertArchivedBeforeConfirmed(stack, reference, receipt.signatureJobId);
  const unconfirmed = await Promise.all(
    (await unconfirmedJobsOf(stack, reference)).map((id) => evidenceOf(stack.admin, id)),
  );
  // A second direct job, whose redirect URLs are lost, expires when a month has passed.
  const isLeft = ({ signatureJobId, signers }: JobEvidence) =>
    flow === 'DIRECT' &&
    signatureJobId !== receipt.signatureJobId &&
    signers.every(({ status }) => status === 'EXPIRED');
  assert.deepEqual(
    unconfirmed.filter((one) => !isLeft(one)).map(({ signatureJobId }) => signatureJobId),
    [],
    'every change is confirmed',
  );
}

/** Of an agreement that has not ended: what is confirmed is in the archive. */
export async function assertNothingConfirmedTooEarly(stack: TestStack, reference: string): Promise<void> {
  const jobs = await Promise.all(
    (await jobIdsOf(stack.admin, reference)).map((id) => evidenceOf(stack.admin, id)),
  );
  const isConfirmed = ({ status, latestVersion, confirmedVersion }: JobEvidence) =>
    status === 'COMPLETED_SUCCESSFULLY' && confirmedVersion === latestVersion;
  const confirmed = jobs.find(isConfirmed);
  if (confirmed !== undefined)
    await assertArchivedBeforeConfirmed(stack, reference, confirmed.signatureJobId);
}

/** @param expected the sandbox's SHA-256; undefined: it has no such document */
function assertSame(folder: string, name: string, expected: string | undefined): void {
  const archived = digestIn(folder, name);
  const found = archived === undefined ? 'the archive does not have it' : `the archive has ${archived}`;
  const made = expected === undefined ? 'the sandbox made none' : `the sandbox made ${expected}`;
  assert.equal(archived, expected, `${name} is the sandbox's: ${found}, ${made}`);
}

function digestIn(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}
