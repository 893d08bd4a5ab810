import { MOST_DETAILED_JOBS, type JobSummary } from '@signering/client';
import { formatMoment } from '../syntax/moment.js';
import { jobInWords, signerName } from './job-view.js';

/** Every job in a few lines, the latest first. */
export function jobListLines(jobs: readonly JobSummary[]): readonly string[] {
  if (jobs.length === 0) return ['No jobs.'];
  const width = Math.max(...jobs.map(({ reference }) => reference.length));
  return [
    ...jobs.flatMap((job) => listedLines(job, width)),
    ...(jobs.length > MOST_DETAILED_JOBS
      ? [
          `Title and signers are shown for the latest ${MOST_DETAILED_JOBS} of ${jobs.length} jobs: narrow the list with an option.`,
        ]
      : []),
  ];
}

// Padded to the same width.
const FLOW_WORDS = { PORTAL: 'portal', DIRECT: 'direct', UNKNOWN: 'unknown' } as const;

/** A job in a line, followed by the workflow's details: the title and the pending signers. */
function listedLines(job: JobSummary, width: number): readonly string[] {
  const { reference, flow, title, waitingFor = [] } = job;
  return [
    `${reference.padEnd(width)}  ${FLOW_WORDS[flow]}  ${inWords(job)}`,
    ...(title === undefined ? [] : [`  ${title.replaceAll(/[\s\p{Cc}]+/gu, ' ')}`]),
    ...waitingFor.map((signer) => `  … ${signerName(signer, waitingFor)}`),
  ];
}

function inWords(job: JobSummary): string {
  const { status, deadline, signatureJobId, keyMismatch } = job;
  if (keyMismatch !== undefined) return keyMismatch;
  const id = signatureJobId === undefined ? '' : `job ${signatureJobId}: `;
  const until = deadline === undefined || status !== 'RUNNING' ? '' : ` (until ${formatMoment(deadline)})`;
  return `${id}${jobInWords(job)}${until}`;
}
