// `npm run bench -- packages [--beside-java]`: building document packages, beside the official Java client, which
// `npm run fetch-java-judges` fetches. Both build in turns in one run, warmed, each in one process.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sealDocumentPackage } from '@signering/document-package';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { writePortalSignatureJobManifest } from '@signering/schema/xml';
import { loadEnterpriseCertificate } from '@signering/signatures';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const ORGANIZATION = '312345676';
const PASSWORD = 'bench';
const ROUNDS = 15;
const MB = 1_000_000;
const AT_ONCE = 10;

/** Builds packages of a document, and returns the milliseconds of each. */
type BuildPackages = (count: number, document: BenchDocument) => Promise<readonly number[]>;

interface BenchDocument {
  readonly name: string;
  readonly content: Buffer;
  /** A copy of the content. */
  readonly file: string;
  /** Packages of one round. */
  readonly perRound: number;
  /** The ratio to the Java client's time that docs promise. */
  readonly target: number;
}

const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
const authority = await createCertificateAuthority();
const issued = await authority.issueEnterpriseCertificate({
  organizationNumber: ORGANIZATION,
  name: 'Bench AS',
});
const keyStore = join(folder, 'bench.p12');
await writeFile(keyStore, issued.pkcs12({ password: PASSWORD }));
const certificate = await loadEnterpriseCertificate({ file: keyStore, password: PASSWORD });
const text = Buffer.from('Utleier leier ut boligen til leietaker fra første dag i måneden, uten møbler. ');

async function benchDocument(document: Omit<BenchDocument, 'file'>): Promise<BenchDocument> {
  const file = join(folder, `${document.name}.pdf`);
  await writeFile(file, document.content);
  return { ...document, file };
}

const documents = {
  small: await benchDocument({ name: '20 kB', content: randomBytes(20_000), perRound: 40, target: 1.5 }),
  incompressible: await benchDocument({
    name: '10 MB, incompressible',
    content: randomBytes(10 * MB),
    perRound: 2,
    target: 3,
  }),
  text: await benchDocument({
    name: '10 MB of text',
    content: Buffer.alloc(10 * MB, text),
    perRound: 2,
    target: 1.5,
  }),
};

function startSealing(content: Buffer) {
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

const buildHere: BuildPackages = async (count, { content }) => {
  const times: number[] = [];
  for (let built = 0; built < count; built += 1) {
    const start = performance.now();
    await bytesOf(await startSealing(content));
    times.push(performance.now() - start);
  }
  return times;
};

function startJava(): { readonly build: BuildPackages; readonly stop: () => void } {
  const jars = join(PROJECT, '.cache', 'official-client', '*');
  const source = join(PROJECT, 'bench', 'JavaPackages.java');
  const java = spawn('java', ['-cp', jars, source, keyStore, PASSWORD, ORGANIZATION], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(java.stdout)[Symbol.asyncIterator]();
  return {
    build: async (count, { file }) => {
      java.stdin.write(`${count} ${file}\n`);
      const answer: IteratorResult<string, unknown> = await lines.next();
      if (answer.done === true)
        throw new Error('The Java client ended: npm run fetch-java-judges fetches it.');
      return answer.value.split(' ').map(Number);
    },
    stop: () => java.stdin.end(),
  };
}

/** Rounds in turns, the first of each to warm up. */
async function measureInTurns(document: BenchDocument, builders: readonly BuildPackages[]) {
  const times = builders.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, build] of builders.entries()) {
      const measured = await build(round === 0 ? document.perRound * 5 : document.perRound, document);
      if (round > 0) times[index]?.push(...measured);
    }
  }
  return times.map((each) => each.sort((one, other) => one - other));
}

function at(times: readonly number[], part: number): number {
  return times[Math.floor((times.length - 1) * part)] ?? NaN;
}

function formatTimes(times: readonly number[]): string {
  return [0.1, 0.5, 0.9].map((part) => at(times, part).toFixed(2).padStart(8)).join(' ');
}

/** Peak of resident memory above the inputs and the idle process, in MB. */
async function memoryAtOnce(content: Buffer): Promise<number> {
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const sample = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
  const sampling = setInterval(sample, 1);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      // As a request sends it: each piece is gone before the archive writes the next one.
      for await (const _ of await startSealing(content)) sample();
    }),
  );
  clearInterval(sampling);
  return (peak - idle) / MB;
}

const java = process.argv.includes('--beside-java') ? startJava() : undefined;
try {
  // First: afterwards the process keeps memory that it has freed.
  await buildHere(20, documents.small);
  const grown = await memoryAtOnce(documents.incompressible.content);
  console.log(`${AT_ONCE} packages of 10 MB at once: ${grown.toFixed(0)} MB above idle (target 100)`);
  console.log('milliseconds for each package: p10, p50, p90; compare figures of one run only');
  for (const document of Object.values(documents)) {
    const builders = java === undefined ? [buildHere] : [buildHere, java.build];
    const [ours = [], theirs] = await measureInTurns(document, builders);
    const beside =
      theirs === undefined
        ? ''
        : `   Java ${formatTimes(theirs)}   ${(at(theirs, 0.5) / at(ours, 0.5)).toFixed(2)} times as fast (target ${document.target})`;
    console.log(
      `${document.name.padEnd(24)} ${String(ours.length).padStart(4)} runs ${formatTimes(ours)}${beside}`,
    );
  }
} finally {
  java?.stop();
  await rm(folder, { recursive: true, force: true });
}
