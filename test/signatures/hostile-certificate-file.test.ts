import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  createCertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { CertificateUnusableError, loadEnterpriseCertificate } from '@signering/signatures';
import { readInThread } from '@signering/signatures/internal/key-store/read-in-thread.js';
import { readKeyStore } from '@signering/signatures/internal/key-store/read-key-store.js';
import { ask, requireJudge } from '../judges.js';
import { makeKeyStore, ownMac, pbmac1 } from './made-key-store.js';

const PASSWORD = 'hemmelig';

describe('a hostile certificate file', () => {
  let issued: IssuedCertificate;
  let folder: string;
  before(async () => {
    const authority = await createCertificateAuthority();
    issued = await authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Posten' });
    folder = await mkdtemp(join(tmpdir(), 'signering-hostile-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const order = () => ({ keys: [issued.privateKeyPem], certificates: [issued.certificatePem] });
  const reasonOf = (content: Uint8Array): string => {
    const outcome = readKeyStore({ content, password: PASSWORD });
    return 'reason' in outcome ? outcome.reason : assert.fail('accepted');
  };

  it('that requires unbounded work is rejected, wherever the requirement is', () => {
    const endless = Buffer.of(0x02, 0x04, 0x77, 0x35, 0x94, 0x00);
    const inPlaceOf = (rounds: Buffer, file: Buffer): Buffer =>
      withLongerInteger(file, file.indexOf(rounds), endless);
    const rounds2048 = Buffer.of(0x02, 0x02, 0x08, 0x00);
    for (const content of [
      inPlaceOf(rounds2048, makeKeyStore({ ...order(), mac: pbmac1(PASSWORD, 2048) })),
      inPlaceOf(Buffer.of(0x02, 0x02, 0x07, 0xd0), makeKeyStore({ ...order(), mac: ownMac(PASSWORD) })),
      inPlaceOf(rounds2048, makeKeyStore({ ...order(), password: PASSWORD })),
    ]) {
      assert.match(reasonOf(content), /requires 2000000000 rounds of key derivation, and at most/u);
    }
  });

  it('with a damaged certificate or key is rejected with a reason, or used without the damaged entry', () => {
    const file = makeKeyStore({ ...order(), certificates: [issued.certificatePem] });
    let damagedWithin = 0;
    for (let at = 30; at < file.length; at += 29) {
      const damaged = Buffer.from(file);
      damaged[at] = 0;
      const outcome = readKeyStore({ content: damaged, password: PASSWORD });
      if ('reason' in outcome && /damaged/u.test(outcome.reason)) damagedWithin += 1;
    }
    assert.ok(damagedWithin > 2, `${damagedWithin}`);
  });

  it('with elements nested deeper than the stack is rejected', () => {
    const nested = Buffer.alloc(900_000, Buffer.of(0x30, 0x80));
    assert.match(reasonOf(nested), /neither PKCS#12 .* nor PEM/u);
    assert.match(
      reasonOf(Buffer.concat([Buffer.of(0x30, 0x80, 0x02, 0x01, 0x03), nested])),
      /PKCS#12|damaged/u,
    );
  });

  it('of more than a MiB is rejected without being read, and one just below is read', async () => {
    const root = issued.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/u).at(-1)!;
    const certificates = [issued.certificatePem, ...Array.from({ length: 700 }, () => root)];
    const content = makeKeyStore({ ...order(), certificates, password: PASSWORD, mac: ownMac(PASSWORD) });
    const file = join(folder, 'large.p12');
    assert.ok(content.length > 600_000 && content.length < 1024 ** 2, `${content.length}`);
    await writeFile(file, content);
    const { chain } = await loadEnterpriseCertificate({ file, password: PASSWORD });
    assert.deepEqual(chain[0]?.raw, new X509Certificate(issued.certificatePem).raw);
    await writeFile(file, Buffer.alloc(1024 ** 2 + 1, 0x30));
    await assert.rejects(loadEnterpriseCertificate({ file, password: PASSWORD }), (error) => {
      assert.ok(error instanceof CertificateUnusableError);
      assert.match(
        error.message,
        /large\.p12: it has more than 1048576 bytes.*certificate and its chain only/u,
      );
      return true;
    });
  });

  it('that takes longer than the time limit is rejected', async () => {
    const content = issued.pkcs12({ password: PASSWORD });
    const outcome = await readInThread({ content, password: PASSWORD }, 1);
    assert.match('reason' in outcome ? outcome.reason : '', /took more than 0\.001 s; export it again/u);
  });
});

describe('a certificate file with 600,000 rounds of key derivation', () => {
  it('is read without blocking the process', async function () {
    requireJudge(this, 'openssl');
    const folder = await mkdtemp(join(tmpdir(), 'signering-rounds-'));
    try {
      const authority = await createCertificateAuthority();
      const issued = await authority.issueEnterpriseCertificate({
        organizationNumber: '984661185',
        name: 'P',
      });
      await writeFile(join(folder, 'all.pem'), issued.privateKeyPem + issued.chainPem);
      const args = ['pkcs12', '-export', '-in', 'all.pem', '-out', 'slow.p12', '-iter', '600000'];
      const made = await ask('openssl', [...args, '-passout', `pass:${PASSWORD}`], { directory: folder });
      assert.equal(made.exitCode, 0, made.output);
      const file = join(folder, 'slow.p12');
      assert.ok(
        (await readFile(file)).includes(Buffer.of(0x02, 0x03, 0x09, 0x27, 0xc0)),
        'the file states 600,000 rounds',
      );
      const before = performance.eventLoopUtilization();
      await loadEnterpriseCertificate({ file, password: PASSWORD });
      const { utilization } = performance.eventLoopUtilization(before);
      assert.ok(
        utilization < 0.5,
        `the event loop was busy for ${Math.round(utilization * 100)} % of the time`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Replaces an integer at this offset and adjusts the lengths of all enclosing values. */
function withLongerInteger(file: Buffer, place: number, integer: Buffer): Buffer {
  const added = integer.length - 4;
  const grown = Buffer.concat([file.subarray(0, place), integer, file.subarray(place + 4)]);
  const grow = (from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const first = grown[at + 1]!;
      const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
      const length = lengthBytes === 0 ? first : grown.readUIntBE(at + 2, lengthBytes);
      const start = at + 2 + lengthBytes;
      if (place >= start && place < start + length) {
        if (lengthBytes === 0) grown[at + 1] = first + added;
        else grown.writeUIntBE(length + added, at + 2, lengthBytes);
        const tag = grown[at]!;
        if ((tag & 0x20) !== 0 || tag === 0x04) grow(start, start + length);
        return;
      }
      at = start + length;
    }
  };
  grow(0, file.length);
  return grown;
}
