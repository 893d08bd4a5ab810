import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SigningClient } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { createNamespace, freshFolder, freshStorage, sharedTemporal } from '../fixtures/index.js';
import { demandOpened, later, RECORDED } from '../payloads/recorded-payloads.js';

type Parts = Readonly<Record<string, unknown>>;

describe('what a worker of a later version wrote to storage: recorded files with further members and other words', () => {
  for (const { release, stored, portalSigning, directSigning } of RECORDED) {
    const { metadata } = portalSigning.result;
    const organizationNumber = String(portalSigning.result['organizationNumber']);
    let root: string;
    let client: SigningClient;

    before(async () => {
      const { address } = await sharedTemporal();
      root = await freshStorage();
      for (const files of Object.values(stored)) writeLater(root, files);
      client = await SigningClient.connect({
        settings: {
          organizationNumber,
          storage: root,
          keys: parseKeys(formatKeys([generateKey('test')])),
          // No workflow is left: the archive alone knows the jobs.
          temporal: { connection: { address }, namespace: await createNamespace(address) },
        },
      });
    });
    after(() => client.close());

    for (const [reference, members] of [
      ['twins', ['flow', 'outcome', 'result', 'state', 'status', 'withdrawn']],
      ['direct', ['flow', 'outcome', 'result', 'state', 'status']],
      ['cancelled', ['decision', 'flow', 'outcome', 'state', 'status']],
    ] as const) {
      it(`of ${release}, of the job "${reference}", is read by today's client`, async () => {
        const job = await client.getJob(reference);
        assert.ok(job.status === 'ENDED');
        demandOpened(job, members);
        const result = await client.waitForResult(reference);
        assert.deepEqual([result.outcome, result.outcomeText], ['UNKNOWN', 'WITHDRAWN']);
        assert.deepEqual(job.metadata, reference === 'cancelled' ? undefined : metadata);
        const { files, missing } = await client.saveSignedDocuments(reference, {
          folder: freshFolder('later'),
        });
        // The recording has no documents; receipt and metadata are accepted.
        const documents = job.archive.documents.map(({ name }) => name);
        assert.deepEqual(missing.map(({ name }) => name).sort(), [...documents].sort());
        assert.deepEqual(files.map(({ name }) => name).sort(), ['metadata.json', 'receipt.json']);
      });
    }

    it(`of ${release} shows the same signers as the result of its workflow`, async () => {
      for (const [reference, { result }] of [
        ['twins', portalSigning],
        ['direct', directSigning],
      ] as const) {
        const numbersOf = (signers: unknown) => (signers as readonly Parts[]).map(({ signer }) => signer);
        assert.deepEqual(numbersOf((await client.getJob(reference)).signers), numbersOf(result['signers']));
      }
    });

    it(`of ${release} keeps its further members when today's version writes the ledger entry again`, async () => {
      const { ledger } = await openFileStorage({ root });
      const key = { organizationNumber, reference: 'twins' };
      const entry = await ledger.find(key);
      assert.ok(entry?.created !== undefined && entry.settled !== undefined);
      await ledger.advance(entry, { documentsDeletedAt: new Date().toISOString() });
      const again = await ledger.find(key);
      assert.equal(again?.revision, entry.revision + 1);
      const { revision: _revision, documentsDeletedAt: _deletedAt, ...kept } = again;
      const { revision: _before, ...before } = entry;
      assert.deepEqual(kept, before);
      for (const part of [again, again.created, again.settled, again.attempts[0], again.input]) {
        assert.ok(part !== undefined && 'laterMember' in part);
      }
    });
  }
});

/** Writes the files as a later version would; the receipt has the digest of the metadata. */
function writeLater(root: string, files: Readonly<Record<string, Parts>>): void {
  const texts = Object.entries(files).map(([path, file]) => [path, JSON.stringify(later(file))] as const);
  for (const [path, text] of texts) {
    const beside = texts.find(([other]) => other === join(dirname(path), 'metadata.json'))?.[1];
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(
      join(root, path),
      path.endsWith('receipt.json') && beside !== undefined ? withDigest(text, beside) : text,
    );
  }
}

function withDigest(receipt: string, metadata: string): string {
  const { metadataFile, ...facts } = JSON.parse(receipt) as Parts;
  const sha256 = createHash('sha256').update(metadata).digest('hex');
  const size = Buffer.byteLength(metadata);
  return JSON.stringify({ ...facts, metadataFile: { ...(metadataFile as Parts), sha256, size } });
}
