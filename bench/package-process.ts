// Seals and reads document packages of one size, and prints one line of JSON at the end. A separate process, because the
// peak of its memory can be read but not reset. Arguments: size of the document in kB, file of the certificate.
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { readDocumentPackage } from '@signering/document-package';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { PASSWORD } from './bench-certificate.js';
import { startSealing } from './start-sealing.js';

/** Median times, and the growth of the peak of the process's memory. */
export interface PackageCost {
  readonly sealMs: number;
  readonly sealMB: number;
  readonly readMs: number;
  readonly readMB: number;
}

const MEASURED = 5;
const [kilobytes, file = ''] = process.argv.slice(2);
const certificate = await loadEnterpriseCertificate({ file, password: PASSWORD });

const seal = async (content: Buffer): Promise<Buffer> => buffer(await startSealing(content, certificate));
const read = (sealed: Buffer) => readDocumentPackage(sealed, { signingTimeToleranceMs: Infinity });

// Warms up both, with a document so small that it does not count.
for (let count = 0; count < 20; count += 1) await read(await seal(randomBytes(1000)));
const idle = peakMB();
const content = randomBytes(Number(kilobytes) * 1000);
const sealed = await seal(content);
const sealMB = peakMB() - idle;
const beforeRead = peakMB();
await read(sealed);
const readMB = peakMB() - beforeRead;
const cost: PackageCost = {
  sealMB,
  readMB,
  sealMs: await medianMs(() => seal(content)),
  readMs: await medianMs(() => read(sealed)),
};
console.log(JSON.stringify(cost));

async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < MEASURED; count += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other)[Math.floor(MEASURED / 2)]!;
}

function peakMB(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}
