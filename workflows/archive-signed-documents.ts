import { ApplicationFailure, ActivityFailure, condition, setHandler, sleep } from '@temporalio/workflow';
import {
  fetchAgainUpdate,
  type ArchivedDocument,
  type ArchiveLocation,
  type PortalSigningInput,
} from '../contract/index.js';
import type { ErrorCode, PortalStatusChange } from '../schema/index.js';
import { archivePades, archiveXades, settleReference, writeReceipt } from './activities.js';
import { numberedSignatures, outcomeOf } from './signers.js';
import type { CreatedJob, SigningProgress } from './signing-progress.js';

/** How often a broken document is fetched again before an operator is asked, and the wait between, in milliseconds. */
const FETCHES = 4;
const WAIT_BETWEEN_FETCHES_MS = 60_000;

/**
 * Brings everything that was signed into the archive, with a receipt, and settles the reference. What comes back
 * broken is fetched again a few times, then waits for an operator; it is never confirmed.
 */
export async function archiveSignedDocuments(
  input: PortalSigningInput,
  progress: SigningProgress,
  created: CreatedJob,
  final: PortalStatusChange,
): Promise<ArchiveLocation> {
  const { organizationNumber, reference } = input;
  const job = { organizationNumber, reference, ...pick(created) };
  let asked = false;
  setHandler(fetchAgainUpdate, () => void (asked = true));
  progress.beginStep('ARCHIVE');
  progress.enter('ARCHIVING');
  for (let fetched = 1; ; fetched += 1) {
    // A final change that comes again may name what the first one left out.
    const change = progress.finalChange ?? final;
    const outcome = outcomeOf(change);
    try {
      const received = await fetchDocuments(input, job, change);
      const archive = await writeReceipt({
        job,
        outcome,
        sent: input.job.documents,
        received,
        ...progress.receiptFacts(),
      });
      await settleReference({ organizationNumber, reference, outcome, folder: archive.folder });
      return archive;
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

type Job = Parameters<typeof archivePades>[0]['job'];

async function fetchDocuments(
  input: PortalSigningInput,
  job: Job,
  change: PortalStatusChange,
): Promise<readonly ArchivedDocument[]> {
  const { padesUrl } = change;
  if (padesUrl === undefined && change.status === 'COMPLETED_SUCCESSFULLY') throw missing('signed PDF', job);
  const received: ArchivedDocument[] = [];
  if (padesUrl !== undefined) received.push(await archivePades({ job, padesUrl }));
  for (const { signer, signature } of numberedSignatures(input.job.signers, change)) {
    const { xadesUrl, status } = signature;
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

function pick({ signatureJobId, createdAt }: CreatedJob) {
  return { signatureJobId, createdAt };
}
