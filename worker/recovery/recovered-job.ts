import type { OpenJobFinding } from '../repair-open-job.js';
import { LOST_DOCUMENTS_REMEDY, type LedgerRepair } from './repair-ledger.js';

/** What was found out about a job, and done. */
export interface RecoveredJob {
  readonly reference: string;
  /**
   * OPEN: its workflow runs. RESTARTED: its workflow was started. ARCHIVED: the poller of its queue confirms it. LEDGER_WRITTEN:
   * the ledger lacked what its workflow knew. ENDED: Temporal is older than the ledger, in which the job is archived and
   * confirmed; its workflow was terminated. NEEDS_OPERATOR: see `reason`.
   */
  readonly result: 'OPEN' | 'RESTARTED' | 'ARCHIVED' | 'LEDGER_WRITTEN' | 'ENDED' | 'NEEDS_OPERATOR';
  readonly reason?: string;
}

/** What an operator reads about an open job. */
export const RESULTS = {
  RUNNING: { result: 'OPEN' },
  RESTARTED: { result: 'RESTARTED' },
  SETTLED: { result: 'ARCHIVED' },
  UNSENT: { result: 'OPEN' },
  ABANDONED: {
    result: 'NEEDS_OPERATOR',
    reason: 'Its workflow ended before a job was created. Correct the cause, and send the same job again.',
  },
  LEFT: {
    result: 'NEEDS_OPERATOR',
    reason: 'Its workflow has failed or completed. signering status REF says how it stands.',
  },
} as const satisfies Record<OpenJobFinding, Omit<RecoveredJob, 'reference'>>;

/** The job may have been sent. */
export const IN_DOUBT =
  'Storage was restored: it is unknown whether the job was sent. Look for it in the sender portal of the service. ' +
  'With SIGNERING_AMBIGUOUS_CREATE=retry the workers send it again; with ask they wait for: signering repair REF send-again.';

/** The job may have been sent, and nothing sends it again. */
export const ENDED_IN_DOUBT =
  'Storage was restored, and the workflow of the job has ended: it is unknown whether the job was sent. Look for it in the ' +
  'sender portal of the service. Send the same job again only if it is not there.';

/** The ledger called the job archived. */
export const LOST_AND_REOPENED =
  'Storage has lost what the ledger calls archived, and the job may be confirmed. A new workflow archives again what the ' +
  `service still has. ${LOST_DOCUMENTS_REMEDY}`;

/** What an operator reads about a repaired ledger. */
export function* describeRepair({ reference, missing, repair }: LedgerRepair): Generator<RecoveredJob> {
  // A workflow that was ended is reported when it is started again.
  if (repair === 'LEDGER_WRITTEN') yield { reference, result: 'LEDGER_WRITTEN' };
  if (repair !== 'DOCUMENTS_LOST' && repair !== 'CONFIRMATION_IN_DOUBT') return;
  const confirmed =
    repair === 'DOCUMENTS_LOST'
      ? 'the job is confirmed.'
      : 'the job may be confirmed. A new workflow archives again what the service still has.';
  const reason = `Storage has lost ${missing.join(', ')}, and ${confirmed} ${LOST_DOCUMENTS_REMEDY}`;
  yield { reference, result: 'NEEDS_OPERATOR', reason };
}
