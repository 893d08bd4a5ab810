import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealDocumentPackage } from '@signering/document-package';
import { writePortalSignatureJobManifest } from '@signering/schema/xml';
import type { EnterpriseCertificate } from '@signering/signatures';
import type { Bench, BenchContext, Figure } from './bench.js';
import { benchCertificate, ORGANIZATION } from './bench-certificate.js';
import { startJavaClient } from './java-client.js';

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
    // First: afterwards the process keeps memory that it has freed.
    await buildHere(20, documents[0]!);
    const figures = [await measureMemoryAtOnce(certificate, context)];
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
  certificate: EnterpriseCertificate,
  { short, report }: BenchContext,
): Promise<Figure> {
  const content = randomBytes(10 * MB);
  const values: number[] = [];
  for (let run = 0; run < (short ? 1 : 3); run += 1) {
    report(`${AT_ONCE} packages at once`);
    const idle = process.memoryUsage.rss();
    let peak = idle;
    const sample = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
    const sampling = setInterval(sample, 1);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        // As a request sends it: each piece is gone before the archive writes the next one.
        for await (const _ of await startSealing(content, certificate)) sample();
      }),
    );
    clearInterval(sampling);
    values.push((peak - idle) / MB);
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

function startSealing(content: Buffer, certificate: EnterpriseCertificate) {
  const manifest = writePortalSignatureJobManifest({
    sender: { organizationNumber: ORGANIZATION },
    title: 'Agreement',
    signers: [
      { personalIdentificationNumber: '11828530064', notifications: { emailAddress: 'a@example.com' } },
    ],
    documents: [{ href: 'agreement.pdf', mime: 'application/pdf', title: 'Agreement' }],
  });
  const sent = [{ name: 'agreement.pdf', mediaType: 'application/pdf', content }];
  return sealDocumentPackage({ manifest, documents: sent, certificate });
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
