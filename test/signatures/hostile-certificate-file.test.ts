import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { createCertificateAuthority, type IssuedCertificate } from '../../sandbox/certificates/index.js';
import { CertificateUnusableError, loadEnterpriseCertificate } from '../../signatures/index.js';

const PASSWORD = 'hemmelig';
/** Two thousand and forty-eight, as DER. */
const ROUNDS = Buffer.of(0x02, 0x02, 0x08, 0x00);

describe('a hostile certificate file', () => {
  let issued: IssuedCertificate;
  let folder: string;
  before(async () => {
    const authority = await createCertificateAuthority();
    issued = await authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Posten' });
    folder = await mkdtemp(join(tmpdir(), 'signering-hostile-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  async function write(content: Uint8Array): Promise<string> {
    const file = join(folder, 'hostile.p12');
    await writeFile(file, content);
    return file;
  }

  async function refusal(content: Uint8Array): Promise<string> {
    const file = await write(content);
    try {
      await loadEnterpriseCertificate({ file, password: PASSWORD });
    } catch (error) {
      assert.ok(error instanceof CertificateUnusableError, String(error));
      return error.message;
    }
    assert.fail('the file was taken');
  }

  it('that asks for work without end is refused at once, wherever it asks', async () => {
    const file = issued.pkcs12({ password: PASSWORD });
    const places: number[] = [];
    for (let at = file.indexOf(ROUNDS); at !== -1; at = file.indexOf(ROUNDS, at + 1)) places.push(at);
    assert.ok(places.length >= 2, 'the check value and the key ask for rounds');
    for (const place of places) {
      const hostile = withMoreRounds(file, place);
      const start = performance.now();
      assert.match(await refusal(hostile), /asks for \d+ rounds of key derivation/);
      assert.ok(performance.now() - start < 2000);
    }
  });

  it('with a damaged certificate or key within is refused in words', async () => {
    // Without a check value, which would tell of the damage first.
    const whole = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(issued.privateKeyPem),
      forge.pki.certificateFromPem(issued.certificatePem),
      null,
      { useMac: false },
    );
    const file = Buffer.from(forge.asn1.toDer(whole).getBytes(), 'latin1');
    let damagedWithin = 0;
    for (let at = 30; at < file.length; at += 11) {
      const damaged = Buffer.from(file);
      damaged[at] = 0;
      try {
        await loadEnterpriseCertificate({ file: await write(damaged), password: PASSWORD });
      } catch (error) {
        assert.ok(error instanceof CertificateUnusableError, String(error));
        if (/a key or a certificate in it is damaged/.test(error.message)) damagedWithin += 1;
      }
    }
    assert.ok(damagedWithin > 5, `${damagedWithin}`);
  });
});

/** Rounds in two bytes become two thousand million in four. */
function withMoreRounds(file: Buffer, place: number): Buffer {
  const grown = Buffer.concat([
    file.subarray(0, place),
    Buffer.of(0x02, 0x04, 0x7f, 0xff, 0xff, 0xff),
    file.subarray(place + ROUNDS.length),
  ]);
  const added = 2;
  // Every value that holds the place is longer now.
  const grow = (from: number, to: number) => {
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
