import { DETAILED_JOBS_LIMIT, type JobSummary, type RunningJobSummary } from '@signering/client';
import { formatMoment } from '../syntax/moment.js';
import { jobInWords, signerName } from './job-view.js';
import { padTo, widthOf } from './wrap.js';

/** Every job in a few lines, the latest first. */
export function jobListLines(jobs: readonly JobSummary[]): readonly string[] {
  if (jobs.length === 0) return ['No jobs.'];
  const width = Math.max(...jobs.map(({ reference }) => widthOf(reference)));
  return [
    ...jobs.flatMap((job) => listedLines(job, width)),
    ...(jobs.length > DETAILED_JOBS_LIMIT
      ? [
          `Title and signers are shown for the latest ${DETAILED_JOBS_LIMIT} of ${jobs.length} jobs: narrow the list with an option.`,
        ]
      : []),
  ];
}

// Padded to the same width.
const FLOW_WORDS = { PORTAL: 'portal', DIRECT: 'direct', UNKNOWN: 'unknown' } as const;

/** A job in a line, followed by the workflow's details: the title and the pending signers. */
function listedLines(job: JobSummary, width: number): readonly string[] {
  const { reference, flow, title } = job;
  const { signers = [], waitingFor = [] } = job.status === 'RUNNING' ? job : {};
  const pending = signers.filter(({ signer }) => waitingFor.includes(signer));
  return [
    `${padTo(width, reference)}  ${FLOW_WORDS[flow]}  ${inWords(job)}`,
    ...(title === undefined ? [] : [`  ${title.replaceAll(/[\s\p{Cc}]+/gu, ' ')}`]),
    ...pending.map((signer) => `  … ${signerName(signer, pending)}`),
  ];
}

function inWords(job: JobSummary): string {
  const { signatureJobId } = job;
  const { deadline, keyMismatch }: Partial<RunningJobSummary> = job.status === 'RUNNING' ? job : {};
  if (keyMismatch !== undefined) return keyMismatch;
  const id = signatureJobId === undefined ? '' : `job ${signatureJobId}: `;
  const until = deadline === undefined ? '' : ` (until ${formatMoment(deadline)})`;
  return `${id}${jobInWords(job)}${until}`;
}
