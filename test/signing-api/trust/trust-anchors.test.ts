import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ENVIRONMENTS, readTrustedCertificates, shippedTrustedCertificates } from '@signering/signing-api';
import { tableRowsUnder } from '../../docs/markdown.js';
import { PROJECT, readProjectFile } from '../../docs/project-files.js';
import { unzip, type ZippedFile } from '../../document-package/zip-files.js';

const JAR = join(PROJECT, '.cache', 'certificate-validator', 'certificate-validator-3.0.6.jar');
const DOCUMENT = readProjectFile('docs/trust-anchors.md');

for (const environment of Object.keys(ENVIRONMENTS)) {
  describe(`the CA certificates shipped for ${environment}`, () => {
    const rows = tableRowsUnder(DOCUMENT, `## ${environment}`);
    const certificates = (shippedTrustedCertificates(environment) ?? []).map(
      (pem) => new X509Certificate(pem),
    );

    it('are those of the table in docs/trust-anchors.md: subject, validity and fingerprint', () => {
      assert.deepEqual(
        certificates.map((certificate) => [
          certificate.subject.split('\n').join(', '),
          dayOf(certificate.validFrom),
          dayOf(certificate.validTo),
          `\`${sha256(certificate.raw)}\``,
        ]),
        rows.map((row) => row.slice(0, 4)),
      );
      assert.equal(certificates.length, 8);
    });

    it('are CAs, valid today, and each leads to one of the roots among them', () => {
      const roots = certificates.filter((certificate) => certificate.checkIssued(certificate));
      assert.equal(roots.length, 4);
      for (const certificate of certificates) {
        assert.ok(certificate.ca);
        assert.ok(Date.parse(certificate.validTo) > Date.now(), certificate.subject);
        assert.ok(roots.some((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey)));
      }
    });

    it('are byte for byte those of their origin', async function () {
      const files = await filesOfOrigin(this);
      for (const [, , , fingerprint = '', origin = ''] of rows) {
        const content = files.find(({ name }) => name === origin.replaceAll('`', ''))?.content;
        assert.ok(content, origin);
        assert.equal(`\`${sha256(content)}\``, fingerprint);
      }
    });
  });
}

describe('the folders of CA certificates in the official Java client', () => {
  it('are read whole, DER and PEM', async function () {
    const files = await filesOfOrigin(this);
    for (const environment of ['prod', 'test']) {
      const folder = await mkdtemp(join(tmpdir(), 'signering-anchors-'));
      try {
        const own = files.filter(
          ({ name }) => /\.(?:cer|pem)$/u.test(name) && name.includes(`/${environment}/`),
        );
        for (const { name, content } of own) await writeFile(join(folder, basename(name)), content);
        assert.equal((await readTrustedCertificates(folder)).length, 11);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  });
});

async function filesOfOrigin(context: Mocha.Context): Promise<readonly ZippedFile[]> {
  if (!existsSync(JAR)) {
    context.test!.title += ' [skipped: the Maven artifact is missing (npm run fetch-java-judges)]';
    context.skip();
  }
  return unzip(readFileSync(JAR));
}

function dayOf(moment: string): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
