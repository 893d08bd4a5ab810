import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EnterpriseCertificate } from '@signering/signatures';
import type { Bench, BenchContext, Figure } from './bench.js';
import { benchCertificate } from './bench-certificate.js';
import { startJavaClient } from './java-client.js';
import { startSealing } from './start-sealing.js';

const PROCESS = fileURLToPath(new URL('./packages-at-once-process.js', import.meta.url));
const MB = 1_000_000;
const AT_ONCE = 10;

/** A document, and a copy of it in a file. */
interface BenchDocument {
  readonly name: string;
  readonly content: Buffer;
  readonly file: string;
  /** Packages of one round. */
  readonly perRound: number;
  /** The speed as a multiple of the Java client's that docs promise. */
  readonly target: number;
}

/** Builds packages of a document, and returns the milliseconds of each. */
type BuildPackages = (count: number, document: BenchDocument) => Promise<readonly number[]>;

/** Document packages, beside the official Java client; both build in turns, warmed, each in one process. */
export const bench: Bench = {
  name: 'packages',
  title: 'Document packages of one document',
  run: async (context) => {
    const { file, certificate } = await benchCertificate();
    const documents = await prepareDocuments();
    const buildHere = builderFor(certificate);
    const figures = [await measureMemoryAtOnce(file, context)];
    const java = context.besideJava ? startJavaClient({ keyStore: file }) : undefined;
    try {
      for (const document of documents) {
        figures.push(...(await measureDocument(document, { buildHere, ...(java && { java }) }, context)));
      }
    } finally {
      java?.stop();
    }
    return figures;
  },
};

interface Builders {
  readonly buildHere: BuildPackages;
  readonly java?: { readonly build: BuildPackages };
}

/** Rounds in turns, the first of each to warm up. A value is the median of a round. */
async function measureDocument(
  document: BenchDocument,
  { buildHere, java }: Builders,
  { short, report }: BenchContext,
): Promise<readonly Figure[]> {
  const { name, perRound, target } = document;
  const rounds = short ? 1 : 15;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    report(`${name}, round ${round} of ${rounds}`);
    const count = round === 0 && !short ? perRound * 5 : perRound;
    const measured = median(await buildHere(count, document));
    const besideIt = java === undefined ? undefined : median(await java.build(count, document));
    if (round === 0) continue;
    ours.push(measured);
    if (besideIt !== undefined) theirs.push(besideIt);
  }
  const here = { name, unit: 'ms', values: ours };
  if (java === undefined) return [here];
  return [
    here,
    { name: `${name}, Java client`, unit: 'ms', values: theirs },
    {
      name: `${name}, speed beside the Java client`,
      unit: 'times',
      values: theirs.map((time, round) => time / ours[round]!),
      target: { atLeast: target },
    },
  ];
}

/** Peak of resident memory above the inputs and the idle process. */
async function measureMemoryAtOnce(
  certificateFile: string,
  { short, report }: BenchContext,
): Promise<Figure> {
  const run = promisify(execFile);
  const values: number[] = [];
  for (let repetition = 0; repetition < (short ? 1 : 5); repetition += 1) {
    report(`${AT_ONCE} packages at once`);
    const words = [PROCESS, String(AT_ONCE), String(10 * MB), certificateFile];
    const { stdout } = await run(process.execPath, [...process.execArgv, ...words]);
    values.push(Number(stdout));
  }
  return {
    name: `${AT_ONCE} packages of 10 MB at once, memory above idle`,
    unit: 'MB',
    values,
    target: { atMost: 100 },
  };
}

async function prepareDocuments(): Promise<readonly BenchDocument[]> {
  const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
  const text = 'Utleier leier ut boligen til leietaker fra første dag i måneden, uten møbler. ';
  const documents = [
    { name: '20 kB', content: randomBytes(20_000), perRound: 40, target: 1.5 },
    { name: '10 MB, incompressible', content: randomBytes(10 * MB), perRound: 2, target: 3 },
    { name: '10 MB of text', content: Buffer.alloc(10 * MB, text), perRound: 2, target: 1.5 },
  ];
  return Promise.all(
    documents.map(async (document) => {
      const file = join(folder, `${document.name}.pdf`);
      await writeFile(file, document.content);
      return { ...document, file };
    }),
  );
}

function builderFor(certificate: EnterpriseCertificate): BuildPackages {
  return async (count, { content }) => {
    const times: number[] = [];
    for (let built = 0; built < count; built += 1) {
      const start = performance.now();
      await bytesOf(await startSealing(content, certificate));
      times.push(performance.now() - start);
    }
    return times;
  };
}

// Not `buffer` of node:stream/consumers, which takes longer than the package of a small document.
async function bytesOf(sealed: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of sealed) pieces.push(piece);
  return Buffer.concat(pieces);
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor((times.length - 1) / 2)] ?? NaN;
}
