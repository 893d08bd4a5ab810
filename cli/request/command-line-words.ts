import { InvalidInputError, type Problem } from '@signering/schema';
import { OPTION_OF, type WrittenRequest } from './written-request.js';

/** Members whose option has another name on the command line. */
const OTHERWISE_NAMED: Readonly<Record<string, keyof WrittenRequest>> = {
  pollingQueue: 'queue',
  activationTime: 'activateAt',
  availableSeconds: 'availableFor',
  signers: 'signer',
  documents: 'files',
  statusRetrievalMethod: 'polling',
};

const EXIT_URLS = ['completionUrl', 'rejectionUrl', 'errorUrl'] as const;

/** The parts of the command line that messages refer to. */
export type WrittenPlaces = Pick<WrittenRequest, 'files' | 'documentTitle' | (typeof EXIT_URLS)[number]>;

/** Translates the client's messages to the command line: `--signer 2` instead of `signers[1]`. */
export function inCommandLineTerms(error: unknown, written: WrittenPlaces): unknown {
  if (!(error instanceof InvalidInputError)) return error;
  if (error.code !== 'INVALID_REQUEST' && error.code !== 'DOCUMENT_NOT_ACCEPTED') return error;
  const problems = error.problems.map(({ path, message }) => ({
    path: optionFor(path, written),
    message: message.replaceAll(/(signers|documents)\[\d+\](\.\w+)?/gu, (place) => optionFor(place, written)),
  }));
  return new InvalidInputError(error.code, 'The request cannot be sent', withoutRepetition(problems), {
    cause: error,
  });
}

function optionFor(path: string, written: WrittenPlaces): string {
  const place = /^(signers|documents)\[(\d+)\]/u.exec(path);
  if (place?.[1] === 'signers') return `--signer ${Number(place[2]) + 1}`;
  if (place?.[1] === 'documents') {
    const index = Number(place[2]);
    const file = written.files[index] ?? path;
    if (!path.endsWith('].title')) return file;
    return written.documentTitle === undefined ? `title of ${file}` : `--document-title ${index + 1}`;
  }
  const exit = EXIT_URLS.find((name) => path === `exitUrls.${name}`);
  if (exit !== undefined) return OPTION_OF[written[exit] === undefined ? 'exitUrl' : exit];
  const metadata = /^metadata\.(.+)$/u.exec(path);
  if (metadata !== null) return `--metadata ${metadata[1]}`;
  const name = OTHERWISE_NAMED[path] ?? path;
  return isWrittenPart(name) ? OPTION_OF[name] : path;
}

function isWrittenPart(name: string): name is keyof WrittenRequest {
  return Object.hasOwn(OPTION_OF, name);
}

/** Reports one URL used for all three exits only once. */
function withoutRepetition(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...distinct.values()];
}
