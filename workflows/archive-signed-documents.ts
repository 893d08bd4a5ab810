import { ApplicationFailure, ActivityFailure, condition, setHandler, sleep } from '@temporalio/workflow';
import {
  fetchAgainUpdate,
  type ArchivedDocument,
  type ArchiveLocation,
  type DocumentRef,
  type Flow,
  type SigningOutcome,
} from '../contract/index.js';
import type { ErrorCode } from '../schema/index.js';
import { archivePades, archiveXades, settleReference, writeReceipt } from './activities.js';
import type { JobChange } from './job-change.js';
import { outcomeOf } from './signers.js';
import type { CreatedJob, SigningProgress } from './signing-progress.js';

/** How often a broken document is fetched again before an operator is asked, and the wait between, in milliseconds. */
const FETCHES = 4;
const WAIT_BETWEEN_FETCHES_MS = 60_000;

/** What the archive is told of a signing. */
export interface SigningToArchive {
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
  readonly created: CreatedJob;
  readonly sent: readonly DocumentRef[];
}

/**
 * Brings everything that was signed into the archive, with a receipt, and settles the reference. What comes back
 * broken is fetched again a few times, then waits for an operator; it is never confirmed.
 */
export async function archiveSignedDocuments(
  signing: SigningToArchive,
  progress: SigningProgress,
  final: JobChange,
): Promise<ArchiveLocation> {
  let asked = false;
  setHandler(fetchAgainUpdate, () => void (asked = true));
  progress.beginStep('ARCHIVE');
  progress.enter('ARCHIVING');
  for (let fetched = 1; ; fetched += 1) {
    // A final change that comes again may name what the first one left out.
    const change = progress.finalChange ?? final;
    try {
      const received = await fetchDocuments(jobOf(signing), change);
      return await archiveOutcome(signing, progress, { outcome: outcomeOf(change), received });
    } catch (error) {
      const reason = brokenReasonOf(error);
      if (reason === undefined) throw error;
      if (fetched % FETCHES === 0) {
        asked = false;
        progress.enter('ARCHIVE_BROKEN', `${reason} Send the update fetchAgain to fetch it once more.`);
        await condition(() => asked);
        progress.enter('ARCHIVING');
      } else {
        await sleep(WAIT_BETWEEN_FETCHES_MS);
      }
    }
  }
}

/** Writes the receipt of what was received, and settles the reference. */
export async function archiveOutcome(
  signing: SigningToArchive,
  progress: SigningProgress,
  { outcome, received }: { readonly outcome: SigningOutcome; readonly received: readonly ArchivedDocument[] },
): Promise<ArchiveLocation> {
  const { flow, organizationNumber, reference, sent } = signing;
  const job = jobOf(signing);
  const archive = await writeReceipt({ flow, job, outcome, sent, received, ...progress.receiptFacts() });
  await settleReference({ organizationNumber, reference, outcome, folder: archive.folder });
  return archive;
}

type Job = Parameters<typeof archivePades>[0]['job'];

function jobOf({ organizationNumber, reference, created }: SigningToArchive): Job {
  const { signatureJobId, createdAt } = created;
  return { organizationNumber, reference, signatureJobId, createdAt };
}

async function fetchDocuments(job: Job, change: JobChange): Promise<readonly ArchivedDocument[]> {
  const { padesUrl } = change;
  if (padesUrl === undefined && change.status === 'COMPLETED_SUCCESSFULLY') throw missing('signed PDF', job);
  const received: ArchivedDocument[] = [];
  if (padesUrl !== undefined) received.push(await archivePades({ job, padesUrl }));
  for (const { signer, xadesUrl, status } of change.signatures) {
    if (xadesUrl !== undefined) received.push(await archiveXades({ job, signer, xadesUrl }));
    else if (status.kind === 'SIGNED') throw missing(`XAdES of signer ${signer}`, job);
  }
  return received;
}

const BROKEN: ErrorCode = 'SIGNED_DOCUMENT_BROKEN';

function missing(what: string, { signatureJobId }: Job): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Looked for the ${what} in the final status change of job ${signatureJobId} and found no address.`,
    BROKEN,
  );
}

function brokenReasonOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === BROKEN ? cause.message : undefined;
}
