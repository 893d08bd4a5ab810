import assert from 'node:assert/strict';
import { createHash, X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocumentPackage } from '@signering/document-package';
import { createXadesSignature, verifyXadesSignature } from '@signering/signatures';
import { zip } from '../document-package/zip-files.js';
import { ask, requireJudge } from '../judges.js';
import { checkXades } from './short-verdict.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const FILES = [
  { name: 'contract.pdf', content: Buffer.from('%PDF-1.7 …') },
  { name: 'manifest.xml', content: Buffer.from('<manifest/>') },
];
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

// xmlsec1 signs here, so that our reader is not only compared with our own writer.
describe('a XAdES signature of another implementation', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-xmlsec-'));
    for (const { name, content } of FILES) await writeFile(join(folder, name), content);
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const variants: readonly {
    name: string;
    key: string;
    change: (xml: string) => string;
    service: boolean;
  }[] = [
    { name: 'RSA-SHA256 over C14N 1.0', key: 'rsa:2048', change: (xml) => xml, service: true },
    {
      name: 'RSA-SHA256 over C14N 1.1',
      key: 'rsa:2048',
      change: (xml) => xml.replaceAll(C14N, 'http://www.w3.org/2006/12/xml-c14n11'),
      service: true,
    },
    {
      name: 'RSA-SHA256 over indented XML, prefixes and comments',
      key: 'rsa:2048',
      change: (xml) =>
        xml
          .replaceAll('><', '>\n  <')
          .replace('<XAdESSignatures ', '<!-- before --><XAdESSignatures xmlns:unused="urn:unused" ')
          .replace('<SignedInfo>', '<SignedInfo><!-- inside -->'),
      service: true,
    },
    {
      name: 'RSA-SHA512',
      key: 'rsa:2048',
      change: (xml) => xml.replace('#rsa-sha256', '#rsa-sha512'),
      service: false,
    },
    {
      name: 'SHA-384 digests',
      key: 'rsa:2048',
      change: (xml) => xml.replaceAll('http://www.w3.org/2001/04/xmlenc#sha256', `${MORE}sha384`),
      service: false,
    },
    {
      name: 'exclusive C14N',
      key: 'rsa:2048',
      change: (xml) => xml.replaceAll(C14N, 'http://www.w3.org/2001/10/xml-exc-c14n#'),
      service: false,
    },
    {
      name: 'ECDSA-SHA256',
      key: 'ec',
      change: (xml) => xml.replace('#rsa-sha256', '#ecdsa-sha256'),
      service: false,
    },
  ];

  for (const { name, key, change, service } of variants) {
    const verdict = service ? 'accepted in a package' : 'rejected in a package, as the service does';
    it(`with ${name} is intact, and ${verdict}`, async function () {
      requireJudge(this, 'xmlsec1');
      requireJudge(this, 'openssl');
      const xml = await signWithXmlsec(key, change);
      assert.deepEqual(await checkXades(xml), { result: 'INTACT' });
      const verification = verifyXadesSignature(xml);
      assert.ok(verification.result === 'INTACT' && verification.signature.references.length === 2);

      const packaged = await zip([...FILES, { name: 'META-INF/signatures.xml', content: xml }]);
      const reading = readDocumentPackage(packaged, { now: NOW });
      if (service) assert.deepEqual((await reading).documents[0]!.content, FILES[0]!.content);
      else await assert.rejects(reading, /must be RSA-SHA256 over inclusive C14N/);

      const broken = Buffer.from(
        xml.toString('utf8').replace('<MimeType>application', '<MimeType>approximation'),
      );
      assert.equal((await checkXades(broken)).result, 'BROKEN');
    });
  }

  /** A signature file of ours, changed and signed again by xmlsec1. */
  async function signWithXmlsec(key: string, change: (xml: string) => string): Promise<Buffer> {
    const keyArgs = key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [key];
    const request = [
      'req',
      '-x509',
      '-nodes',
      '-subj',
      '/C=NO/O=Avsender/CN=Avsender',
      '-newkey',
      ...keyArgs,
    ];
    await succeed('openssl', [...request, '-keyout', 'key.pem', '-out', 'cert.pem']);
    const certificate = new X509Certificate(await readFile(join(folder, 'cert.pem')));
    // The template's signature value is made with a temporary RSA key, because our writer supports only RSA; it is
    // dropped.
    await succeed('openssl', ['genrsa', '-out', 'template-key.pem', '2048']);
    const template = createXadesSignature({
      references: FILES.map(({ name, content }, index) => ({
        id: `ID_${index}`,
        uri: name,
        sha256: createHash('sha256').update(content).digest('base64'),
        mediaType: 'application/pdf',
      })),
      certificate: {
        privateKey: createPrivateKey(await readFile(join(folder, 'template-key.pem'))),
        chain: [certificate],
      },
      signingTime: NOW,
    });
    const empty = change(template)
      .replaceAll(/(<(DigestValue|SignatureValue)>)[^<]*/g, '$1')
      .replaceAll(/<X509Data>[\s\S]*<\/X509Data>/g, '<X509Data/>');
    await writeFile(join(folder, 'template.xml'), empty);
    await succeed('xmlsec1', [
      '--sign',
      ...['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'],
      ...['--privkey-pem', 'key.pem,cert.pem', '--output', 'signatures.xml', 'template.xml'],
    ]);
    return await readFile(join(folder, 'signatures.xml'));
  }

  async function succeed(judge: 'openssl' | 'xmlsec1', args: readonly string[]): Promise<void> {
    const verdict = await ask(judge, args, { directory: folder });
    assert.equal(verdict.exitCode, 0, verdict.output);
  }
});
