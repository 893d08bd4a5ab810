import { randomUUID } from 'node:crypto';
import { InvalidInputError, type Problem } from '@signering/schema';
import { inCommandLineTerms } from './command-line-words.js';
import { readDirectRequest } from './direct-request.js';
import { readJobFile, type JobRequest } from './job-file.js';
import { readPortalRequest } from './portal-request.js';
import { OPTION_OF, type WrittenRequest } from './written-request.js';

/** A job requested on the command line or in a file. */
export interface RequestedJob {
  readonly job: JobRequest;
  /** The job's reference, if the request has none and this command chose it. */
  readonly newReference?: string;
  /** Translates the client's messages to where the job was written. */
  readonly translateError: (error: unknown) => unknown;
}

/** The options of `send` and `package` that describe the job: individually, or in a JSON file. */
export type RequestOptions = Partial<Omit<WrittenRequest, 'files'>> & {
  /** A JSON file; `-` is standard input. */
  readonly job?: string;
};

/**
 * Reads the job before any connection is opened.
 * @throws INVALID_REQUEST naming everything that cannot be parsed
 */
export async function readJobRequest(
  files: readonly string[],
  { job: jobFile, ...options }: RequestOptions,
): Promise<RequestedJob> {
  const newReference = randomUUID();
  const withReference = (requested: RequestedJob): RequestedJob =>
    requested.job.request.reference === newReference ? { ...requested, newReference } : requested;
  if (jobFile === undefined)
    return withReference(readOptions({ reference: newReference, ...options, files }));
  const named = namedParts({ ...options, ...(files.length > 0 && { files }) });
  if (named.length > 0) {
    throw unreadable(
      named.map((name) => ({
        path: OPTION_OF[name],
        message: 'cannot be combined with --job: the file contains the whole request',
      })),
    );
  }
  const job = await readJobFile(jobFile, { newReference });
  const where = jobFile === '-' ? 'The request on standard input' : `The request in ${jobFile}`;
  return withReference({
    job,
    translateError: (error) =>
      isMistake(error)
        ? new InvalidInputError(error.code, `${where} cannot be sent`, error.problems, {
            cause: error,
          })
        : error,
  });
}

function readOptions(
  options: Partial<WrittenRequest> & Pick<WrittenRequest, 'files' | 'reference'>,
): RequestedJob {
  const { files, title, signer } = options;
  const missing: Problem[] = [
    ...(files.length === 0 ? [{ path: 'FILE', message: 'name at least one document' }] : []),
    ...(title === undefined ? [{ path: '--title', message: 'must be given' }] : []),
    ...(signer === undefined ? [{ path: '--signer', message: 'must be given, at least once' }] : []),
  ];
  if (title === undefined || signer === undefined || missing.length > 0) {
    throw unreadable([
      ...missing,
      { path: '--job FILE.json', message: 'may be given instead, with the whole request' },
    ]);
  }
  const written = { ...options, files, title, signer };
  return {
    job:
      written.direct === true
        ? { flow: 'DIRECT', request: readDirectRequest(written) }
        : { flow: 'PORTAL', request: readPortalRequest(written) },
    translateError: (error) => inCommandLineTerms(error, written),
  };
}

function namedParts(written: Partial<WrittenRequest>): readonly (keyof WrittenRequest)[] {
  return Object.keys(OPTION_OF).filter(
    (name): name is keyof WrittenRequest => written[name as keyof WrittenRequest] !== undefined,
  );
}

function unreadable(problems: readonly Problem[]): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'Invalid command line', problems);
}

function isMistake(
  error: unknown,
): error is InvalidInputError & { readonly code: 'INVALID_REQUEST' | 'DOCUMENT_NOT_ACCEPTED' } {
  return (
    error instanceof InvalidInputError &&
    (error.code === 'INVALID_REQUEST' || error.code === 'DOCUMENT_NOT_ACCEPTED')
  );
}
