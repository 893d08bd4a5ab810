import { ApplicationFailure, ActivityFailure, condition, setHandler, sleep } from '@temporalio/workflow';
import { fetchAgainUpdate, type ArchivedDocument } from '../contract/index.js';
import type { ErrorCode } from '../schema/index.js';
import { archivePades, archiveXades } from './activities.js';
import type { JobChange } from './job-change.js';

/** How often a broken document is fetched again before an operator is asked, and the wait between, in milliseconds. */
const FETCHES = 4;
const WAIT_BETWEEN_FETCHES_MS = 60_000;

/** Whose documents are fetched. */
export type ArchivedSigning = Parameters<typeof archivePades>[0]['job'];

/**
 * Brings everything that was signed into the archive. What comes back broken is fetched again a few times; then it is
 * told, and an operator is waited for. A final change that comes again may name what the first one left out.
 */
export async function fetchSignedDocuments(
  job: ArchivedSigning,
  newestChange: () => JobChange,
  tell: (broken?: string) => void,
): Promise<readonly ArchivedDocument[]> {
  let asked = false;
  setHandler(fetchAgainUpdate, () => void (asked = true));
  for (let fetched = 1; ; fetched += 1) {
    try {
      return await fetchOnce(job, newestChange());
    } catch (error) {
      const reason = brokenReasonOf(error);
      if (reason === undefined) throw error;
      if (fetched % FETCHES === 0) {
        asked = false;
        tell(`${reason} Send the update fetchAgain to fetch it once more.`);
        await condition(() => asked);
        tell();
      } else {
        await sleep(WAIT_BETWEEN_FETCHES_MS);
      }
    }
  }
}

async function fetchOnce(job: ArchivedSigning, change: JobChange): Promise<readonly ArchivedDocument[]> {
  const { padesUrl } = change;
  if (padesUrl === undefined && change.status === 'COMPLETED_SUCCESSFULLY')
    throw missing('signed PDF', change);
  const received: ArchivedDocument[] = [];
  if (padesUrl !== undefined) received.push(await archivePades({ job, padesUrl }));
  for (const { signer, xadesUrl, status } of change.signatures) {
    if (xadesUrl !== undefined) received.push(await archiveXades({ job, signer, xadesUrl }));
    else if (status.kind === 'SIGNED') throw missing(`XAdES of signer ${signer}`, change);
  }
  return received;
}

const BROKEN: ErrorCode = 'SIGNED_DOCUMENT_BROKEN';

function missing(what: string, { signatureJobId }: JobChange): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Looked for the ${what} in the final status change of job ${signatureJobId} and found no address.`,
    BROKEN,
  );
}

function brokenReasonOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === BROKEN ? cause.message : undefined;
}
