import type { StartedDirectJob, StartedJob } from '@signering/client';
import { documentLines } from './document-lines.js';
import { quotedLast } from './quoted.js';

/** The text after a job was submitted; in the direct flow including its redirect URLs. */
export function startedLines(job: StartedJob | StartedDirectJob): readonly string[] {
  const { reference, existing } = job;
  return [
    existing
      ? `The reference ${reference} already belongs to this job: nothing was sent again.`
      : `Sent under the reference ${reference}.`,
    ...documentLines(job.documents),
    ...('redirects' in job && job.redirects.length > 0 ? redirectLines(job) : []),
    ...(job.outcome === undefined ? [] : [`It has ended: ${job.outcomeText ?? job.outcome}.`]),
    `Follow it: npx signering watch ${quotedLast(reference)}`,
  ];
}

function redirectLines({ reference, redirects }: StartedDirectJob): readonly string[] {
  return [
    'The redirect URL of each signer. It is secret, and valid for one visit:',
    ...redirects.map(({ signer, redirectUrl }) => `  signer ${signer}  ${redirectUrl}`),
    `For a new one, which invalidates the old: npx signering redirect-url --signer 1 ${quotedLast(reference)}`,
  ];
}
