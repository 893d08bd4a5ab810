import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFoldersOf } from '../end-to-end/archive-evidence.js';
import { evidenceOf, jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import type { MailServer } from '../end-to-end/mail-server.js';
import type { TestReceiver } from '../end-to-end/webhook-receiver.js';
import type { TestStack } from '../fixtures/index.js';
import { courseOf } from './agreement-plan.js';
import { emailsAbout, eventsOf, mayLackEmail, toldOf } from './crash-evidence.js';
import { batchOf } from './crash-holds.js';
import type { Cell, Victim } from './crash-points.js';
import { verifyAgreement } from './verify-agreement.js';

/** The service has a job, and its answer is lost with the service. */
const NOT_ANSWERED: readonly string[] = ['after create called', 'after direct create called'];
/** The service has a job of which the ledger knows nothing: from the create on, until its answer is recorded. */
const NOT_RECORDED: readonly string[] = [
  ...NOT_ANSWERED,
  'before job indexed',
  'after job indexed',
  'before ledger: created',
];

/**
 * Whether the crash of a cell makes it unknown whether there is a job: then a second one is unavoidable. A worker that lives
 * keeps an answer until storage takes it.
 */
function mayHaveTwoJobs({ victim, when, effect }: Cell): boolean {
  const inDoubt: Partial<Record<Victim, readonly string[]>> = { WORKER: NOT_RECORDED, SANDBOX: NOT_ANSWERED };
  return inDoubt[victim]?.includes(`${when} ${effect.name}`) === true;
}

/** An agreement that has ended. */
export interface EndedAgreement {
  readonly reference: string;
  readonly cell?: Cell | undefined;
}

/** Takes evidence from the sandbox's ledger, the archive's bytes and the receivers, and believes neither worker nor client. */
export async function checkAgreement(
  stack: TestStack,
  { receiver, mail }: { readonly receiver: TestReceiver; readonly mail: MailServer },
  { reference, cell }: EndedAgreement,
): Promise<void> {
  const kind = cell?.effect.kind ?? 'PORTAL_SIGNED';
  // Once the service has deleted its documents, they were compared before.
  if (cell?.effect.stage === 'DELETING') await checkDeletedOnce(stack, reference);
  else await verifyAgreement(stack, { reference, kind });
  const ids = await jobIdsOf(stack.admin, reference);
  const most = cell !== undefined && mayHaveTwoJobs(cell) ? 2 : 1;
  assert.ok(ids.length <= most, `${ids.length} jobs at the service, and only ${most} unavoidable`);
  const jobs = await Promise.all(ids.map((id) => evidenceOf(stack.admin, id)));
  const isSigned = courseOf(kind).outcome === 'SIGNED';
  const ended = jobs.filter(({ status }) => status === (isSigned ? 'COMPLETED_SUCCESSFULLY' : 'FAILED'));
  assert.equal(ended.length, 1, isSigned ? 'one job is signed by all' : 'the job was cancelled');
  // A direct job whose redirect URLs were lost asks no signer.
  const others = kind.startsWith('PORTAL') ? jobs.filter((job) => !ended.includes(job)) : [];
  for (const { signers, status, confirmedVersion, latestVersion } of others) {
    assert.equal(status, 'FAILED', 'the other job was cancelled');
    assert.ok(signers.every((signer) => signer.status === 'CANCELLED'));
    assert.equal(confirmedVersion, latestVersion, 'the end of the cancelled job is confirmed');
  }
  assert.equal(eventsOf(receiver, 'job.archived', reference), 1, 'its last event was published once');
  if (cell?.effect.part === 'BATCH') {
    const completed = eventsOf(receiver, 'batch.completed', batchOf(reference));
    assert.equal(completed, 1, 'the end of its batch was published once');
  }
  const told = toldOf({ reference, cell });
  for (const about of [reference, batchOf(reference)]) {
    const emails = emailsAbout(mail, about).length;
    const isInDoubt = cell !== undefined && mayLackEmail(cell);
    if (about !== told) assert.equal(emails, 0);
    else assert.ok(emails === 1 || (emails === 0 && isInDoubt), `the email was sent ${emails} times`);
  }
}

async function checkDeletedOnce(stack: TestStack, reference: string): Promise<void> {
  const [id = ''] = await jobIdsOf(stack.admin, reference);
  const { ledger } = await evidenceOf(stack.admin, id);
  const deletions = ledger.filter(
    ({ operation, answer }) => operation === 'deleteDocuments' && (answer?.status ?? 0) < 300,
  );
  // A killed sandbox may have deleted the documents and not written its ledger.
  assert.ok(deletions.length <= 1, 'the service deleted its documents once');
  const { documentsDeletedAt } = await stack.admin.job(id);
  assert.equal(typeof documentsDeletedAt, 'string', 'the service deleted its documents');
}

/** What a folder of the archive holds, to compare it later. */
export function archivedBytesOf(stack: TestStack, reference: string): Readonly<Record<string, string>> {
  const [folder = ''] = archiveFoldersOf(stack, reference);
  const files = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
