import { join } from 'node:path';
import type { JobResult } from '@signering/client';
import type { SigningStep } from '@signering/contract';
import { formatMilliseconds } from '../syntax/duration.js';
import { formatMoment } from '../syntax/moment.js';
import { decisionLines, metadataLines, signerName, stateInWords } from './job-view.js';
import { shownPath } from './shown-path.js';

/** A file in the archive. */
export interface ListedFile {
  readonly name: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** The argument of {@link resultLines}. */
export interface ResultViewOptions {
  readonly result: JobResult;
  /** The root of the storage, a folder or `s3://…`; people may browse its folder `archive`. */
  readonly storageFolder: string;
  /** @default the documents of the result */
  readonly files?: readonly ListedFile[];
}

/** The outcome as text: signers, archived files, and the duration of each step. */
export function resultLines(options: ResultViewOptions): readonly string[] {
  const { result, storageFolder, files = result.archive.documents } = options;
  const width = Math.max(...files.map(({ name }) => name.length), 0);
  return [
    `${result.reference} (job ${result.signatureJobId}): ${stateInWords(result.outcome, result.outcomeText)}`,
    ...result.signers.map(
      (signer) =>
        `  ${signerName(signer, result.signers)}  ${signer.statusText ?? signer.status}` +
        (signer.since === undefined ? '' : `  ${formatMoment(signer.since)}`),
    ),
    ...metadataLines(result),
    ...decisionLines(result),
    '',
    `Archived in ${archivePath(storageFolder, result.archive.folder)}${files.length === 0 ? `: no signed documents, because ${result.outcome === 'NOT_REPORTED' ? 'the service does not report whether they signed' : 'nothing was signed'}` : ''}`,
    ...files.map(
      ({ name, size, sha256 }) =>
        `  ${name.padEnd(width)}  ${String(size).padStart(9)} bytes  sha256 ${sha256}`,
    ),
    ...result.archive.documents
      .filter(({ check }) => check.result !== 'INTACT')
      .flatMap(({ name, check, accepted }) => [
        `  ! ${name}: ${check.resultText ?? check.result}${accepted === undefined ? '' : `, accepted by ${accepted.by}: ${accepted.reason}`}`,
        ...check.findings.map(({ rule, reason }) => `    ${rule}: ${reason}`),
      ]),
    '',
    'Duration of each step',
    ...stepTimes(result.steps).map(({ step, ms }) => `  ${step.padEnd(8)}  ${formatMilliseconds(ms)}`),
  ];
}

function archivePath(storage: string, folder: string): string {
  return storage.startsWith('s3://')
    ? `${storage}/archive/${folder}`
    : shownPath(join(storage, 'archive', folder));
}

const STEP_WORDS: Readonly<Record<SigningStep['step'], string>> = {
  CREATE: 'create',
  WAIT: 'wait',
  ARCHIVE: 'archive',
  CONFIRM: 'confirm',
  UNKNOWN: 'other',
};

/** Duration of each step, in milliseconds; repeated steps are summed. */
function stepTimes(steps: readonly SigningStep[]): readonly { readonly step: string; readonly ms: number }[] {
  const times = new Map<string, number>();
  for (const { step, startedAt, endedAt } of steps) {
    if (endedAt === undefined) continue;
    const ms = Date.parse(endedAt) - Date.parse(startedAt);
    times.set(STEP_WORDS[step], (times.get(STEP_WORDS[step]) ?? 0) + ms);
  }
  return [...times].map(([step, ms]) => ({ step, ms }));
}
