// `npm run bench -- job-cost`: cost of one signature job in this process, without network and service.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { defaultPayloadConverter } from '@temporalio/common';
import { readDocumentPackage, sealDocumentPackage } from '@signering/document-package';
import { createPayloadCodec, generateKey } from '@signering/encryption';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { validateMessage, writePortalSignatureJobManifest } from '@signering/schema/xml';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { openFileStorage } from '@signering/storage';
import { measure, type BenchCase } from './measure.js';

const MIB = 2 ** 20;
const ORGANIZATION = '312345676';
const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));

const manifest = writePortalSignatureJobManifest({
  sender: { organizationNumber: ORGANIZATION },
  title: 'Agreement',
  signers: Array.from({ length: 10 }, (_, index) => ({
    notifications: { emailAddress: `signer-${index}@example.com` },
  })),
  documents: Array.from({ length: 10 }, (_, index) => ({
    href: `document-${index}.pdf`,
    mime: 'application/pdf',
    title: `Document ${index}`,
  })),
});
const documents = Array.from({ length: 10 }, (_, index) => ({
  name: `document-${index}.pdf`,
  mediaType: 'application/pdf',
  content: randomBytes(MIB),
}));

const authority = await createCertificateAuthority();
const issued = await authority.issueEnterpriseCertificate({
  organizationNumber: ORGANIZATION,
  name: 'Bench AS',
});
const file = join(folder, 'bench.p12');
await writeFile(file, issued.pkcs12({ password: 'bench' }));
const certificate = await loadEnterpriseCertificate({ file, password: 'bench' });
const seal = async (): Promise<Buffer> =>
  buffer(await sealDocumentPackage({ manifest, documents, certificate }));
const sealed = await seal();

const key = generateKey('bench');
const codec = createPayloadCodec([key]);
const payload = defaultPayloadConverter.toPayload({ text: 'x'.repeat(10_000) });
const storage = await openFileStorage({ root: join(folder, 'storage'), create: true });
let counter = 0;
const signedPdf = randomBytes(10 * MIB);

const CASES: readonly BenchCase[] = [
  {
    name: 'validate a manifest of 10 signers and 10 documents',
    runs: 200,
    run: () => validateMessage(manifest),
  },
  { name: 'seal a document package of 10 MiB', runs: 10, run: seal },
  {
    name: 'read and verify a document package of 10 MiB',
    runs: 10,
    run: () => readDocumentPackage(sealed, { signingTimeToleranceMs: Infinity }),
  },
  {
    name: 'encrypt and decrypt a payload of 10 kB',
    runs: 200,
    run: async () => codec.decode(await codec.encode([payload])),
  },
  {
    name: 'claim a reference and write three more steps, synced',
    runs: 20,
    run: async () => {
      counter += 1;
      let entry = await storage.ledger.claim({
        organizationNumber: ORGANIZATION,
        reference: `bench-${counter}`,
        flow: 'PORTAL',
        pollingQueue: 'bench',
        contentDigest: 'bench',
        input: { keyId: 'bench', nonce: '', data: 'x'.repeat(5000) },
        documents: [],
      });
      for (let step = 0; step < 3; step += 1) entry = await storage.ledger.advance(entry, {});
    },
  },
  {
    name: 'archive a signed document of 10 MiB, synced and read back',
    runs: 10,
    run: async () => {
      counter += 1;
      const job = {
        organizationNumber: ORGANIZATION,
        reference: `bench-${counter}`,
        signatureJobId: String(counter),
        createdAt: new Date().toISOString(),
      };
      const content = Readable.from([signedPdf]);
      await storage.archive.put({ job, name: 'signed.pdf', content, verify: () => Promise.resolve() });
    },
  },
];

console.log('milliseconds over the number of runs; compare figures of one run only');
for (const each of CASES) {
  const { name, runs, min, median, max, residentMiB } = await measure(each);
  const [least, middle, most] = [min, median, max].map((time) => time.toFixed(2).padStart(9));
  console.log(
    `${name.padEnd(60)} ${String(runs).padStart(4)} runs  min ${least}  median ${middle}  max ${most}  resident ${residentMiB.toFixed(0)} MiB`,
  );
}
await rm(folder, { recursive: true, force: true });
