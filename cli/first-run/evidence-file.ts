import { readFile, writeFile } from 'node:fs/promises';
import type { JobDescription, JobFailure, QueueDescription } from '@signering/client';
import { errorCodeOf, InvalidInputError, maskIdentityNumbers, whyUnreadable } from '@signering/schema';
import { wordOf } from './check-facts.js';
import type { Returned } from './returned-files.js';

const KIND = 'signering first-run evidence';

/** The argument of {@link evidenceOf}. */
export interface EvidenceFacts {
  readonly job: JobDescription;
  readonly returned: Returned;
  /** `difitest`, `production` or `other`. */
  readonly service: string;
  /** Release of this command. */
  readonly version: string;
  /** Undefined if no worker answered. */
  readonly queue: QueueDescription | undefined;
}

/**
 * What the developers need to know of a first job: structure, verdicts, words and times after the start. It has no
 * reference, job id, organisation, digest, title, name, number, address or point in time.
 */
export function evidenceOf({ job, returned, service, version, queue }: EvidenceFacts) {
  const { files, worker, createdAt, archivedAt } = returned;
  const after = (moment: string | undefined): number | undefined =>
    moment === undefined ? undefined : Date.parse(moment) - Date.parse(job.startedAt);
  return {
    kind: KIND,
    version: 1,
    software: { command: version, worker, node: process.version },
    service,
    flow: job.flow,
    status: job.status,
    state: job.state,
    ...wordOf({ stateText: job.stateText }),
    ...(job.status === 'PROCESS_FAILED' && { failure: failureFacts(job.failure) }),
    millisecondsAfterStart: {
      created: after(createdAt),
      archived: after(archivedAt),
      ended: after('endedAt' in job ? job.endedAt : undefined),
    },
    steps: job.steps.map(({ step, stepText, startedAt, endedAt }) => ({
      step,
      ...wordOf({ stepText }),
      from: after(startedAt),
      to: after(endedAt),
    })),
    signers: job.signers.map(({ signer, status, statusText, since }) => ({
      ...{ signer, status },
      ...wordOf({ statusText }),
      since: after(since),
    })),
    documents: files,
    createAttemptsWithoutAnswer: job.ambiguousCreate?.attempts.length ?? 0,
    duplicateJobs: job.ambiguousCreate?.duplicates.length ?? 0,
    undeliveredChanges: queue?.undelivered.map(({ reason, reasonText, code, count }) => ({
      ...{ reason, code, count },
      ...wordOf({ reasonText }),
    })),
  };
}

function failureFacts({ code, facts: { httpStatus, serviceErrorCode } }: JobFailure) {
  return { code, httpStatus, ...wordOf({ serviceErrorCode }) };
}

/**
 * Only an earlier file of this command is replaced.
 * @throws INVALID_REQUEST if the file is another one
 */
export async function demandReplaceable(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw refusal(whyUnreadable(error));
  });
  if (text === undefined || text.includes(`"kind": "${KIND}"`)) return;
  throw refusal('is another file, which is not overwritten: name a new one');
}

/** Writes the file. @throws INVALID_REQUEST */
export async function writeEvidence(file: string, evidence: object): Promise<void> {
  const text = maskIdentityNumbers(`${JSON.stringify(evidence, undefined, 2)}\n`);
  await writeFile(file, text, { mode: 0o600 }).catch((error: unknown) => {
    throw refusal(
      `cannot be written (${errorCodeOf(error) ?? 'unknown reason'}): check the path and its access rights`,
    );
  });
}

function refusal(message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'The evidence file was not written', [
    { path: '--out', message },
  ]);
}
