import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { defaultPayloadConverter } from '@temporalio/common';
import { readDocumentPackage, sealDocumentPackage } from '@signering/document-package';
import { createPayloadCodec, generateKey } from '@signering/encryption';
import { validateMessage, writePortalSignatureJobManifest } from '@signering/schema/xml';
import { openFileStorage } from '@signering/storage';
import type { Bench, BenchContext, Figure } from './bench.js';
import { benchCertificate, ORGANIZATION } from './bench-certificate.js';

const MIB = 2 ** 20;

/** Cost of one signature job in this process, without network and service. */
export const bench: Bench = {
  name: 'job-cost',
  title: 'Parts of one signature job, without network and service',
  run: async (context) => {
    const figures: Figure[] = [];
    for (const part of await prepareParts()) figures.push(await measure(part, context));
    return figures;
  },
};

interface Part {
  readonly name: string;
  /** Number of measured runs, after one warm-up run. */
  readonly runs: number;
  readonly run: () => unknown;
}

async function measure({ name, runs, run }: Part, { short, report }: BenchContext): Promise<Figure> {
  report(name);
  await run();
  const values: number[] = [];
  for (let count = 0; count < (short ? 2 : runs); count += 1) {
    const start = performance.now();
    await run();
    values.push(performance.now() - start);
  }
  return { name, unit: 'ms', values };
}

async function prepareParts(): Promise<readonly Part[]> {
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
  const { certificate } = await benchCertificate();
  const seal = async (): Promise<Buffer> =>
    buffer(await sealDocumentPackage({ manifest, documents, certificate }));
  const sealed = await seal();
  const codec = createPayloadCodec([generateKey('bench')]);
  const payload = defaultPayloadConverter.toPayload({ text: 'x'.repeat(10_000) });
  return [
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
    ...(await storageParts()),
  ];
}

async function storageParts(): Promise<readonly Part[]> {
  const root = join(await mkdtemp(join(tmpdir(), 'signering-bench-')), 'storage');
  const storage = await openFileStorage({ root, create: true });
  const signedPdf = randomBytes(10 * MIB);
  let counter = 0;
  return [
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
}
