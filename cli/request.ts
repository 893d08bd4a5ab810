import type { PortalJobRequest, RequestedSigner } from '../client/index.js';
import { InvalidInputError, type Problem } from '../schema/index.js';
import { parseDuration } from './syntax/duration.js';
import { parseMoment } from './syntax/moment.js';
import { parseSigners, type WrittenSigner } from './syntax/signer.js';

/** What a command line says about a job. */
export interface WrittenRequest {
  readonly files: readonly string[];
  readonly title: string;
  readonly signer: readonly string[];
  readonly reference?: string;
  readonly queue?: string;
  readonly availableFor?: string;
  readonly activateAt?: string;
}

/**
 * Reads a job from the command line; whether it may be sent is the client's to say.
 * @throws INVALID_REQUEST naming every option that cannot be read
 */
export function readRequest(written: WrittenRequest): PortalJobRequest {
  const { files, title, reference, queue, availableFor, activateAt } = written;
  const { signers, problems: signerProblems } = parseSigners(written.signer);
  const problems: Problem[] = [...signerProblems];
  const seconds = availableFor === undefined ? undefined : parseDuration(availableFor);
  if (availableFor !== undefined && seconds === undefined) {
    problems.push({ path: '--available-for', message: 'must be a duration such as 14d, 12h or 1d12h' });
  }
  const moment = activateAt === undefined ? undefined : parseMoment(activateAt);
  if (activateAt !== undefined && moment === undefined) {
    problems.push({ path: '--activate-at', message: 'must be a time such as 2026-12-01T08:00' });
  }
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The command line cannot be read', problems);
  }
  return {
    title,
    documents: files.map((file) => ({ file })),
    signers: signers.map(requestedSigner),
    ...(reference === undefined ? {} : { reference }),
    ...(queue === undefined ? {} : { pollingQueue: queue }),
    ...(seconds === undefined ? {} : { availableFor: seconds }),
    ...(moment === undefined ? {} : { activationTime: moment }),
  };
}

/** A signer by identity number without an address is looked up, as public senders may. */
function requestedSigner(signer: WrittenSigner): RequestedSigner {
  const { personalIdentificationNumber, emailAddress, mobileNumber } = signer;
  const lookUp =
    personalIdentificationNumber !== undefined && emailAddress === undefined && mobileNumber === undefined;
  return lookUp ? { ...signer, useContactRegister: 'EMAIL' } : signer;
}

const OPTIONS: Readonly<Record<string, string>> = {
  title: '--title',
  reference: '--reference',
  pollingQueue: '--queue',
  availableFor: '--available-for',
  activationTime: '--activate-at',
  signers: '--signer',
  documents: 'FILE',
};

/** Says the client's mistakes in the words of the command line: `--signer 2` instead of `signers[1]`. */
export function inWordsOfTheCommandLine(error: unknown, files: readonly string[]): unknown {
  if (!(error instanceof InvalidInputError) || error.facts.problems === undefined) return error;
  if (error.code !== 'INVALID_REQUEST' && error.code !== 'DOCUMENT_NOT_ACCEPTED') return error;
  const problems = error.facts.problems.map(({ path, message }) => ({
    path: optionFor(path, files),
    message: message.replaceAll(/(signers|documents)\[\d+\](\.\w+)?/gu, (place) => optionFor(place, files)),
  }));
  return new InvalidInputError(error.code, 'This cannot be sent', problems, { cause: error });
}

function optionFor(path: string, files: readonly string[]): string {
  const place = /^(signers|documents)\[(\d+)\]/u.exec(path);
  if (place?.[1] === 'signers') return `--signer ${Number(place[2]) + 1}`;
  if (place?.[1] === 'documents') {
    const file = files[Number(place[2])] ?? path;
    return path.endsWith('].title') ? `title of ${file}` : file;
  }
  return OPTIONS[path] ?? path;
}
