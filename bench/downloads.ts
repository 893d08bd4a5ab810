import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { PDFDocument } from '@cantoo/pdf-lib';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { Client } from 'undici';
import { createArchiveActivities } from '@signering/activities/internal/archive-signed-documents.js';
import type { ArchivedDocument } from '@signering/contract';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import type { PadesUrl } from '@signering/schema';
import { loadEnterpriseCertificate, signingKeyFromPem } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';
import { openFileStorage } from '@signering/storage';
import type { Bench, Figure } from './bench.js';
import type { ServedDocument } from './download-service.js';

const SENDER = '312345676';
const SERVICE = '984661185';
const SIZE = 10_000_000;
const PASSWORD = 'bench';
const WAYS = ['plain', 'archived'] as const;

/** A signed document of 10 MB: the activity that archives it, beside a copy of the answer to a synced file. */
export const bench: Bench = {
  name: 'downloads',
  title: 'A signed document of 10 MB into the archive, beside a plain copy over TLS to a synced file',
  run: async ({ short, report }) => {
    const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
    const service = await startService(folder);
    const ways = { plain: copyPlainly(service, folder), archived: await archiveFrom(service, folder) };
    const times = { plain: [] as number[], archived: [] as number[] };
    const rounds = short ? 2 : 40;
    for (let round = 0; round <= rounds; round += 1) {
      // Each way is the first in every other round.
      for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
        const startedAt = performance.now();
        await ways[way](round);
        // The first round warms up.
        if (round > 0) times[way].push(performance.now() - startedAt);
      }
      if (round % 10 === 0) report(`round ${round} of ${rounds}`);
    }
    return figuresOf(times);
  },
};

function figuresOf({
  plain,
  archived,
}: Readonly<Record<'plain' | 'archived', readonly number[]>>): readonly Figure[] {
  return [
    { name: 'plain copy', unit: 'ms', values: plain },
    { name: 'download, archive, check', unit: 'ms', values: archived },
    {
      name: 'speed beside a plain copy',
      unit: 'times',
      values: plain.map((time, round) => time / (archived[round] ?? NaN)),
      target: { atLeast: 0.7 },
      reason:
        'Beside the copy, the archive reads the file back, digests it and checks its signatures before it gives it its ' +
        'name: three passes of SHA-256 over 10 MB instead of none, on the thread that also decrypts TLS.',
    },
  ];
}

/** A running server, and a sender that it knows. */
interface Service {
  readonly root: string;
  readonly ca: string;
  readonly sender: { readonly key: string; readonly cert: string; readonly file: string };
}

async function startService(folder: string): Promise<Service> {
  const authority = await createCertificateAuthority();
  const issue = (organizationNumber: string, name: string) =>
    authority.issueEnterpriseCertificate({ organizationNumber, name });
  const [own, sender] = [await issue(SERVICE, 'Posten Bring AS'), await issue(SENDER, 'Bench AS')];
  const seal = await authority.issueSealCertificate({ organizationNumber: SERVICE, name: 'Posten Bring AS' });
  const document = await PDFDocument.create();
  document.addPage();
  // Compressed already, as scanned pages are.
  document.context.register(document.context.stream(randomBytes(SIZE)));
  const content = await sealPdf({
    pdf: await document.save(),
    certificate: signingKeyFromPem(seal),
    name: 'Posten Bring AS',
    reason: 'Signed',
  });
  const file = join(folder, 'sender.p12');
  await writeFile(file, sender.pkcs12({ password: PASSWORD }));
  const child = fork(fileURLToPath(new URL('./download-service.js', import.meta.url)));
  const port = once(child, 'message') as Promise<[number]>;
  child.send({
    key: own.privateKeyPem,
    cert: own.chainPem,
    ca: authority.rootPem,
    content: content.toString('base64'),
  } satisfies ServedDocument);
  return {
    root: `https://127.0.0.1:${(await port)[0]}`,
    ca: authority.rootPem,
    sender: { key: sender.privateKeyPem, cert: sender.chainPem, file },
  };
}

function copyPlainly({ root, ca, sender: { key, cert } }: Service, folder: string) {
  // The service's certificate names no host.
  const client = new Client(root, { connect: { ca, key, cert, checkServerIdentity: () => undefined } });
  return async (round: number): Promise<void> => {
    const { body } = await client.request({ method: 'GET', path: '/' });
    await pipeline(body, createWriteStream(join(folder, `copy-${round}`), { flush: true }));
  };
}

async function archiveFrom({ root, ca, sender: { file } }: Service, folder: string) {
  const api = createSigningApi({
    apiUrl: `${root}/api`,
    certificate: await loadEnterpriseCertificate({ file, password: PASSWORD }),
    trustedCertificates: [ca],
    rateLimit: { callsPerSecond: Infinity },
  });
  const { archivePades } = createArchiveActivities({
    ...(await openFileStorage({ root: join(folder, 'storage'), create: true })),
    signedDocuments: api.portal,
    signedDocumentLimits: { padesBytes: 2 * SIZE, xadesBytes: SIZE },
    warnOnlyRules: new Set(),
  });
  const logger = new DefaultLogger('ERROR');
  return async (round: number): Promise<void> => {
    const archived: ArchivedDocument = await new MockActivityEnvironment({}, { logger }).run(archivePades, {
      job: {
        organizationNumber: SENDER,
        reference: `job-${round}`,
        signatureJobId: String(round),
        createdAt: new Date().toISOString(),
      },
      sent: [],
      otherXades: [],
      padesUrl: `${root}/api/${SENDER}/portal/signature-jobs/${round}/pades` as PadesUrl,
    });
    const { result } = archived.check;
    if (result !== 'INTACT') throw new Error(`The document was judged ${result}.`);
  };
}
