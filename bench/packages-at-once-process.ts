// Seals packages of one document at the same time, and prints the growth of the resident memory at its peak, in MB. A
// separate process, because a process keeps memory that it has freed. Arguments: number of packages, size of the document
// in bytes, file of the certificate.
import { randomBytes } from 'node:crypto';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { PASSWORD } from './bench-certificate.js';
import { startSealing } from './start-sealing.js';

const [packages, bytes, file = ''] = process.argv.slice(2);
let peak = 0;
const certificate = await loadEnterpriseCertificate({ file, password: PASSWORD });
for (let count = 0; count < 20; count += 1) await sealAndDiscard(randomBytes(1000));
const content = randomBytes(Number(bytes));
const idle = process.memoryUsage.rss();
peak = idle;
const sampling = setInterval(sample, 1);
await Promise.all(Array.from({ length: Number(packages) }, () => sealAndDiscard(content)));
clearInterval(sampling);
console.log((peak - idle) / 1e6);

/** As a request sends it: each piece is gone before the archive writes the next one. */
async function sealAndDiscard(document: Buffer): Promise<void> {
  for await (const _ of await startSealing(document, certificate)) sample();
}

function sample(): void {
  peak = Math.max(peak, process.memoryUsage.rss());
}
