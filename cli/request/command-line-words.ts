import { InvalidInputError, type Problem } from '../../schema/index.js';
import type { WrittenRequest } from './written-request.js';

const OPTIONS: Readonly<Record<string, string>> = {
  title: '--title',
  reference: '--reference',
  pollingQueue: '--queue',
  availableFor: '--available-for',
  activationTime: '--activate-at',
  signers: '--signer',
  documents: 'FILE',
  statusRetrieval: '--polling',
};

const EXIT_URLS = {
  completionUrl: '--completion-url',
  rejectionUrl: '--rejection-url',
  errorUrl: '--error-url',
} as const;

/** What of the command line its mistakes are told by. */
export type WrittenPlaces = Pick<WrittenRequest, 'files' | keyof typeof EXIT_URLS>;

/** Says the client's mistakes in the words of the command line: `--signer 2` instead of `signers[1]`. */
export function inWordsOfTheCommandLine(error: unknown, written: WrittenPlaces): unknown {
  if (!(error instanceof InvalidInputError) || error.facts.problems === undefined) return error;
  if (error.code !== 'INVALID_REQUEST' && error.code !== 'DOCUMENT_NOT_ACCEPTED') return error;
  const problems = error.facts.problems.map(({ path, message }) => ({
    path: optionFor(path, written),
    message: message.replaceAll(/(signers|documents)\[\d+\](\.\w+)?/gu, (place) => optionFor(place, written)),
  }));
  return new InvalidInputError(error.code, 'This cannot be sent', withoutRepetition(problems), {
    cause: error,
  });
}

function optionFor(path: string, written: WrittenPlaces): string {
  const place = /^(signers|documents)\[(\d+)\]/u.exec(path);
  if (place?.[1] === 'signers') return `--signer ${Number(place[2]) + 1}`;
  if (place?.[1] === 'documents') {
    const file = written.files[Number(place[2])] ?? path;
    return path.endsWith('].title') ? `title of ${file}` : file;
  }
  const [, exit = ''] = /^exitUrls\.(\w+)$/u.exec(path) ?? [];
  if (isExitUrl(exit)) return written[exit] === undefined ? '--exit-url' : EXIT_URLS[exit];
  return OPTIONS[path] ?? path;
}

function isExitUrl(name: string): name is keyof typeof EXIT_URLS {
  return Object.hasOwn(EXIT_URLS, name);
}

/** One URL that serves as three would be told of three times. */
function withoutRepetition(problems: readonly Problem[]): readonly Problem[] {
  const told = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...told.values()];
}
