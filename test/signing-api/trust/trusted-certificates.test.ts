import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import { InvalidInputError } from '@signering/schema';
import { readTrustedCertificates } from '@signering/signing-api';
import { ask, requireJudge } from '../../judges.js';
import { processorMs } from '../../processor-time.js';

describe('trusted certificates', () => {
  let authority: CertificateAuthority;
  let root: X509Certificate;
  let intermediate: X509Certificate;
  let folder: string;
  before(async () => {
    authority = await createCertificateAuthority();
    root = new X509Certificate(authority.rootPem);
    intermediate = new X509Certificate(authority.intermediatePem);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-trusted-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  }
  async function problemsOf(path: string): Promise<readonly string[]> {
    try {
      await readTrustedCertificates(path);
    } catch (error) {
      assert.ok(error instanceof InvalidInputError);
      const problems = error.facts.problems ?? [];
      assert.ok(problems.every((problem) => problem.path === 'SIGNERING_TRUSTED_CERTIFICATES'));
      return problems.map(({ message }) => message);
    }
    return assert.fail('accepted');
  }
  const certificateRequest = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n';

  it('are read from DER and from PEM, in a folder and as a file, each once', async () => {
    await write('root.cer', root.raw);
    await write(
      'both.pem',
      `text\n${authority.rootPem.replaceAll('\n', '\r\n')}${authority.intermediatePem}`,
    );
    await mkdir(join(folder, '..data'));
    await symlink(join(folder, 'root.cer'), join(folder, '4a3f.0'));
    assert.deepEqual(
      [...(await readTrustedCertificates(folder))].sort(),
      [String(root), String(intermediate)].sort(),
    );
    assert.deepEqual(await readTrustedCertificates(join(folder, 'root.cer')), [String(root)]);
    const joined = await write(
      'joined.cer',
      Buffer.concat([root.raw, intermediate.raw, Buffer.from('\r\n')]),
    );
    assert.deepEqual(await readTrustedCertificates(joined), [String(root), String(intermediate)]);
  });

  it('are refused where a file begins many blocks and ends none, without searching it for each', async () => {
    const begins = await write('begins.pem', '-----BEGIN CERTIFICATE-----\n'.repeat(37_000));
    const before = processorMs();
    assert.match((await problemsOf(begins))[0]!, /holds a damaged certificate/);
    // A search to the end of the file for each of them took 48 s.
    assert.ok(processorMs() - before < 10_000, `${processorMs() - before} ms of processor time`);
  });

  it('are read under the labels X509 CERTIFICATE and TRUSTED CERTIFICATE', async function () {
    const labelled = authority.rootPem.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE');
    assert.deepEqual(await readTrustedCertificates(await write('x509.pem', labelled)), [String(root)]);
    requireJudge(this, 'openssl');
    const file = await write('root.pem', authority.rootPem);
    const trusted = join(folder, 'trusted.pem');
    const args = ['x509', '-in', file, '-addtrust', 'serverAuth', '-trustout', '-out', trusted];
    const { exitCode, output } = await ask('openssl', args);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(await readTrustedCertificates(trusted), [String(root)]);
  });

  it('are refused with every file named that cannot be used, and what it is', async () => {
    await write('root.cer', root.raw);
    const cases = {
      'cut.cer': [root.raw.subarray(0, -9), /the beginning of a DER file: \d+ of its \d+ bytes/],
      'damaged.cer': [Buffer.from(root.raw).fill(0xff, 4, 40), /damaged/],
      'cut.pem': [authority.intermediatePem + authority.rootPem.slice(0, 600), /damaged/],
      'damaged.pem': [`-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, /damaged/],
      'empty.cer': ['', /it is empty/],
      'request.pem': [certificateRequest, /it is a certificate request/],
      'store.jks': [Buffer.from('feedfeed00000002', 'hex'), /it is a Java key store \(JKS\)/],
      'README.md': ['Our authorities', /no certificate in PEM or DER form: replace it/],
      'large.pem': ['\n'.repeat(1024 ** 2 + 1), /1048577 bytes, and at most 1048576/],
    } as const;
    for (const [name, [content]] of Object.entries(cases)) await write(name, content);
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling.pem'));
    await symlink('/dev/zero', join(folder, 'device.pem'));
    const problems = await problemsOf(folder);
    assert.equal(problems.length, Object.keys(cases).length + 2);
    assert.ok(problems.some((problem) => /device\.pem is no file/.test(problem)));
    for (const [name, [, reason]] of Object.entries(cases)) {
      assert.match(problems.find((problem) => problem.includes(join(folder, name))) ?? '', reason);
    }
    assert.ok(problems.some((problem) => /dangling\.pem cannot be read \(ENOENT\)/.test(problem)));
  });

  it('are refused where there is no file, or none in the folder', async () => {
    assert.match((await problemsOf(folder))[0]!, /the folder .* holds no certificate/);
    assert.match(
      (await problemsOf(join(folder, 'nowhere')))[0]!,
      /cannot read .*nowhere \(ENOENT\): check that it is/,
    );
  });
});
