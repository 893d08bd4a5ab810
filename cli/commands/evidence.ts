import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import type { EvidenceVerdict, KnownFile, SentDocument } from '@signering/signatures';
import { EXIT_CODES } from '../exit-codes.js';
import { print } from '../terminal/print.js';

interface EvidenceOptions {
  readonly sent?: readonly string[];
  readonly json?: boolean;
}

interface ReadFile extends KnownFile {
  readonly kind: 'XADES' | 'PADES';
  readonly content: Buffer;
}

/** The report on one file. File names may contain personal data, so files are numbered. */
interface FileReport {
  readonly file: number;
  readonly kind: 'XADES' | 'PADES';
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly verdict: EvidenceVerdict;
  readonly skeleton: readonly string[];
}

/** `signering evidence`: examines signed documents offline. */
export function addEvidenceCommand(program: Command): void {
  program
    .command('evidence')
    .summary('examine signed documents, without settings')
    .description(
      'Examines XAdES and PAdES files as the worker does before it confirms a job. Prints the verdict, the rules that ' +
        'led to it, and a skeleton of each file: elements, algorithms and sizes. The output contains no content of the ' +
        'files, so you can attach it to a report. Needs no settings and opens no connection.',
    )
    .argument('<files...>', 'XAdES (XML) and PAdES (PDF) files of one job')
    .option('--sent <files...>', 'the documents sent for signing; if omitted, none is compared')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code 0: no file is BROKEN. 2: a file cannot be read. 3: a file is BROKEN.
docs/evidence.md lists the rules.

Example:
  $ signering evidence signed.pdf xades-1.xml --sent contract.pdf`,
    )
    .action(async (paths: readonly string[], { sent: sentPaths, json = false }: EvidenceOptions) => {
      const { anonymousSkeletonOf, examinePades, examineXades } = await import('@signering/signatures');
      const files = await Promise.all(paths.map(readSigned));
      const sent = sentPaths && (await Promise.all(sentPaths.map(readSent)));
      const xades = files.filter(({ kind }) => kind === 'XADES');
      const reports: FileReport[] = [];
      for (const [index, file] of files.entries()) {
        const others = xades.filter((other) => other !== file);
        const context = {
          ...(sent && { sent }),
          ...((file.kind === 'XADES' || xades.length > 0) && { otherXades: others }),
        };
        const examine = file.kind === 'XADES' ? examineXades : examinePades;
        reports.push({
          file: index + 1,
          kind: file.kind,
          size: file.content.byteLength,
          sha256: file.sha256,
          verdict: await examine(file.content, context),
          skeleton: anonymousSkeletonOf(file.content, file.kind),
        });
      }
      print(reports.flatMap(linesOf), { json, value: { files: reports } });
      if (reports.some(({ verdict }) => verdict.result === 'BROKEN'))
        process.exitCode = EXIT_CODES.brokenEvidence;
    });
}

async function readSigned(path: string, index: number): Promise<ReadFile> {
  const content = await read(path, `files[${index}]`);
  const isPdf = content.subarray(0, 1024).includes('%PDF-') || /\.pdf$/iu.test(path);
  return { name: `file ${index + 1}`, kind: isPdf ? 'PADES' : 'XADES', content, sha256: sha256Of(content) };
}

async function readSent(path: string, index: number): Promise<SentDocument> {
  const content = await read(path, `sent[${index}]`);
  return {
    name: `sent document ${index + 1}`,
    sha256: sha256Of(content),
    digest: (algorithm) => Promise.resolve(createHash(algorithm).update(content).digest('hex')),
  };
}

async function read(path: string, place: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = errorCodeOf(cause) ?? 'unknown error';
    const message = `cannot be read (${code}): check the path and its permissions`;
    throw new InvalidInputError('INVALID_REQUEST', 'Cannot examine the files', [{ path: place, message }], {
      cause,
    });
  }
}

function linesOf({ file, kind, size, verdict, skeleton }: FileReport): readonly string[] {
  const { result, findings, proved, signatures } = verdict;
  return [
    `File ${file}: ${kind}, ${size} bytes: ${result}`,
    ...findings.map(({ rule, severity, reason }) => `  ${severity} ${rule}: ${reason}`),
    ...proved.documents.map(
      ({ name, digestOfSentDocument }) =>
        `  ${name}: ${digestOfSentDocument ? 'proved by its digest' : 'not proved'}`,
    ),
    `  job: ${proved.job ? 'proved' : 'not proved'}`,
    ...signatures.map(
      ({ deciding, form, algorithm = 'unknown', result: found, certificateSubject, chain }) =>
        `  ${deciding ? 'deciding' : 'inner'} signature: ${form}, ${algorithm}, ${found}` +
        (certificateSubject === undefined ? '' : `, ${certificateSubject}, chain ${chain ?? 'unknown'}`),
    ),
    '  Skeleton:',
    ...skeleton.map((line) => `    ${line}`),
    '',
  ];
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
