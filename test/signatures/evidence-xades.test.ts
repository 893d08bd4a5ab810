import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import {
  createXadesSignature,
  examineXades,
  type EvidenceVerdict,
  type SigningKey,
} from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';
import { makeKey } from './made-key.js';
import { ltvSdo } from './made-ltv-sdo.js';
import {
  EXCLUSIVE,
  INCLUSIVE,
  propertiesReference,
  signedProperties,
  signInPlace,
  unsignedSignature,
} from './made-xml-signature.js';

const KARI = '30859100003';
const OLA = syntheticIdentityNumber({ day: 2, month: 3, year: 75 });
const DOCUMENTS = ['Avtale', 'Vedlegg'].map((text, index) => ({
  name: `document-${index + 1}`,
  content: Buffer.from(text),
  sha256: createHash('sha256').update(text).digest('hex'),
}));
const rulesOf = ({ findings }: EvidenceVerdict) =>
  findings.map(({ rule, severity }) => `${severity} ${rule}`);

describe('the verdict on a XAdES', () => {
  let kari: SigningKey;
  let folder: string;
  before(async () => {
    kari = await makeKey('rsa', { name: 'Kari Nordmann', serialNumber: `PNONO-${KARI}` });
    folder = await mkdtemp(join(tmpdir(), 'signering-evidence-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const signed = (documents: readonly { readonly sha256: string }[], certificate = kari): Buffer =>
    Buffer.from(
      createXadesSignature({
        references: documents.map(({ sha256 }, index) => ({
          id: `ID_${index}`,
          uri: `file-${index}.pdf`,
          sha256: Buffer.from(sha256, 'hex').toString('base64'),
          mediaType: 'application/pdf',
        })),
        certificate,
        signingTime: new Date('2026-03-01T12:00:00.000Z'),
      }),
    );

  it('is INTACT and proves each sent document by its digest, and the signer by the identity number', async () => {
    const verdict = await examineXades(signed(DOCUMENTS), {
      sent: DOCUMENTS,
      signer: { personalIdentificationNumber: KARI },
    });
    assert.equal(verdict.result, 'INTACT');
    assert.deepEqual(verdict.proved, {
      documents: DOCUMENTS.map(({ name }) => ({ name, digestOfSentDocument: true })),
      signer: true,
      job: false,
    });
    const [signature] = verdict.signatures;
    assert.equal(signature?.certificateSubject, 'C=NO, CN=***, serialNumber=***');
    assert.equal(signature.chain, 'COMPLETE');
  });

  it("is BROKEN for another job's XAdES, which has other documents' digests", async () => {
    const other = createHash('sha256').update('Another agreement').digest('hex');
    const verdict = await examineXades(signed([{ sha256: other }]), { sent: DOCUMENTS });
    assert.deepEqual(rulesOf(verdict), ['BROKEN XADES_OF_OTHER_DOCUMENTS']);
    assert.ok(verdict.proved.documents.every(({ digestOfSentDocument }) => !digestOfSentDocument));
  });

  it('only warns about rules in warnOnly', async () => {
    const other = createHash('sha256').update('Another agreement').digest('hex');
    const verdict = await examineXades(signed([{ sha256: other }]), {
      sent: DOCUMENTS,
      warnOnly: new Set(['XADES_OF_OTHER_DOCUMENTS'] as const),
    });
    assert.equal(verdict.result, 'NOT_CHECKED');
    assert.deepEqual(rulesOf(verdict), ['WARNING XADES_OF_OTHER_DOCUMENTS']);
  });

  it('warns if only some of the documents are covered', async () => {
    const verdict = await examineXades(signed([DOCUMENTS[0]!]), { sent: DOCUMENTS });
    assert.deepEqual(rulesOf(verdict), ['WARNING SOME_DOCUMENTS_NOT_COVERED']);
    assert.deepEqual(
      verdict.proved.documents.map(({ digestOfSentDocument }) => digestOfSentDocument),
      [true, false],
    );
  });

  it('compares other digests if the document is available, and only warns otherwise', async () => {
    const id = 'with-sha512';
    const sha512 = createHash('sha512').update(DOCUMENTS[0]!.content).digest('base64');
    const made = {
      id,
      canonicalization: EXCLUSIVE,
      key: kari,
      references: [{ uri: 'file-0.pdf', sha256: sha512 }, propertiesReference(id)],
      objects: signedProperties({ id, key: kari }),
    };
    const unsigned = unsignedSignature(made).replace(
      'http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>' + sha512,
      () => 'http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue>' + sha512,
    );
    const xml = signInPlace(
      `<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/2918/v1.2.1#">${unsigned}</asic:XAdESSignatures>`,
      made,
    );
    const sent = DOCUMENTS.slice(0, 1).map(({ name, sha256, content }) => ({
      name,
      sha256,
      digest: (algorithm: string) => Promise.resolve(createHash(algorithm).update(content).digest('hex')),
    }));
    assert.equal((await examineXades(Buffer.from(xml), { sent })).result, 'INTACT');
    const unknown = sent.map(({ name, sha256 }) => ({ name, sha256 }));
    assert.deepEqual(rulesOf(await examineXades(Buffer.from(xml), { sent: unknown })), [
      'WARNING DOCUMENTS_NOT_PROVED',
    ]);
    const others = sent.map((document) => ({ ...document, digest: () => Promise.resolve('00'.repeat(64)) }));
    assert.deepEqual(rulesOf(await examineXades(Buffer.from(xml), { sent: others })), [
      'BROKEN XADES_OF_OTHER_DOCUMENTS',
    ]);
  });

  it("warns of signer 2's XAdES in place of signer 1's, and is BROKEN if both URLs returned it", async () => {
    const ola = await makeKey('ec', { name: 'Ola Nordmann', serialNumber: `PNONO-${OLA}` });
    const content = signedByEc(ola);
    const context = { sent: DOCUMENTS, signer: { personalIdentificationNumber: KARI } };
    const verdict = await examineXades(content, context);
    assert.deepEqual(rulesOf(verdict), ['WARNING OTHER_SIGNER']);
    assert.equal(verdict.proved.signer, false);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const twice = await examineXades(content, { ...context, otherXades: [{ name: 'xades-2.xml', sha256 }] });
    assert.deepEqual(rulesOf(twice), ['BROKEN XADES_REPEATED', 'WARNING OTHER_SIGNER']);
  });

  it('does not prove a signer whose certificate has no identity number', async () => {
    const key = await makeKey('rsa', { name: 'Kari Nordmann', serialNumber: 'UN:NO-9578-4050-1' });
    const verdict = await examineXades(signed(DOCUMENTS, key), {
      sent: DOCUMENTS,
      signer: { personalIdentificationNumber: KARI },
    });
    assert.equal(verdict.result, 'INTACT');
    assert.equal(verdict.proved.signer, false);
  });

  for (const type of ['rsa', 'ec'] as const) {
    for (const [form, canonicalization] of [
      ['inclusive', INCLUSIVE],
      ['exclusive', EXCLUSIVE],
    ] as const) {
      it(`is not BROKEN for an LTV-SDO around a SAML assertion with ${form} C14N and ${type} keys`, async () => {
        const key = await makeKey(type, { name: 'Posten' });
        const assertionKey = await makeKey(type, { name: 'ID-porten' });
        const xml = ltvSdo({ key, assertionKey, canonicalization });
        const verdict = await examineXades(Buffer.from(xml));
        assert.deepEqual(
          verdict.signatures.map(({ deciding, form: kind, result }) => ({ deciding, kind, result })),
          [
            { deciding: true, kind: 'XADES', result: 'INTACT' },
            { deciding: false, kind: 'XML_DSIG', result: 'INTACT' },
          ],
        );
        assert.equal(verdict.result, 'INTACT');
        const withSent = await examineXades(Buffer.from(xml), { sent: DOCUMENTS });
        assert.deepEqual(rulesOf(withSent), ['WARNING DOCUMENTS_NOT_PROVED']);

        const changed = xml.replace('Kari Nordmann', 'Kari Nordmenn');
        const [outer, inner] = (await examineXades(Buffer.from(changed))).signatures;
        assert.deepEqual([outer?.result, inner?.result], ['BROKEN', 'BROKEN']);
      });

      it(`agrees with xmlsec1 on the outer signature, ${form} C14N and ${type} keys`, async function () {
        requireJudge(this, 'xmlsec1');
        const key = await makeKey(type, { name: 'Posten' });
        const xml = ltvSdo({
          key,
          assertionKey: await makeKey(type, { name: 'ID-porten' }),
          canonicalization,
        });
        const file = join(folder, 'ltv-sdo.xml');
        await writeFile(file, xml);
        await writeFile(join(folder, 'cert.pem'), key.chain[0]!.toString());
        const verdict = await ask('xmlsec1', [
          '--verify',
          ...['--node-xpath', '//*[@Id="outer"]', '--pubkey-cert-pem', join(folder, 'cert.pem')],
          ...['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'],
          ...['--id-attr:Id', 'http://www.w3.org/2000/09/xmldsig#:Object', file],
        ]);
        assert.equal(verdict.exitCode, 0, verdict.output);
      });
    }
  }

  it('is BROKEN for a damaged outer signature, and warns of a damaged inner one', async () => {
    const key = await makeKey('rsa', { name: 'Posten' });
    const assertionKey = await makeKey('rsa', { name: 'ID-porten' });
    const xml = ltvSdo({ key, assertionKey, canonicalization: INCLUSIVE, damageAssertion: true });
    const verdict = await examineXades(Buffer.from(xml));
    assert.equal(verdict.result, 'NOT_CHECKED');
    assert.deepEqual(rulesOf(verdict), ['WARNING INNER_SIGNATURE_CONTRADICTS_CONTENT']);
    const outer = await examineXades(Buffer.from(xml.replace('2026-03-01T12', '2026-03-02T12')));
    assert.deepEqual(rulesOf(outer), [
      'BROKEN SIGNATURE_CONTRADICTS_CONTENT',
      'WARNING INNER_SIGNATURE_CONTRADICTS_CONTENT',
    ]);
  });

  it('rethrows a storage error while reading a sent document', async () => {
    const fault = new Error('EIO');
    const xml = signed(DOCUMENTS).toString().replaceAll('xmlenc#sha256', 'xmlenc#sha512');
    const sent = DOCUMENTS.map((document) => ({ ...document, digest: () => Promise.reject(fault) }));
    await assert.rejects(examineXades(Buffer.from(xml), { sent }), fault);
  });

  it('does not repeat the name of a covered element, which may contain personal data', async () => {
    const id = 'outer';
    const options = {
      id,
      references: [{ uri: '#it' }, propertiesReference(id)],
      canonicalization: EXCLUSIVE,
      key: kari,
      objects: signedProperties({ id, key: kari }),
    };
    const xml = signInPlace(`<a><b Id="it">x</b>${unsignedSignature(options)}</a>`, options);
    const renamed = xml.replace('<b Id="it">x</b>', '<Kari_01017012345 Id="it">x</Kari_01017012345>');
    const verdict = await examineXades(Buffer.from(renamed));
    assert.equal(verdict.result, 'BROKEN');
    assert.ok(!JSON.stringify(verdict).includes('01017012345'));
  });

  it('ignores a signature that an enveloped signature excludes', async () => {
    const id = 'outer';
    const options = {
      id,
      references: [{ uri: '#it', isEnveloped: true }, propertiesReference(id)],
      canonicalization: EXCLUSIVE,
      key: kari,
      objects: signedProperties({ id, key: kari }),
    };
    const xml = signInPlace(`<a Id="it">${unsignedSignature(options)}</a>`, options);
    const inner = signed(DOCUMENTS)
      .toString()
      .replace(/^<\?xml[^>]*\?>\s*/u, '');
    const added = xml.replace('</ds:Signature>', `<ds:Object>${inner}</ds:Object></ds:Signature>`);
    const { proved } = await examineXades(Buffer.from(added), { sent: DOCUMENTS });
    assert.ok(proved.documents.every(({ digestOfSentDocument }) => !digestOfSentDocument));
  });

  it('treats each of two parallel signatures as deciding', async () => {
    const both = signed(DOCUMENTS).toString();
    const signature = /<Signature .*<\/Signature>/u.exec(both)![0];
    const renamed = signature.replaceAll('Id="', 'Id="second-');
    const parallel = both.replace(signature, () => signature + renamed);
    const { signatures } = await examineXades(Buffer.from(parallel));
    assert.deepEqual(
      signatures.map(({ deciding }) => deciding),
      [true, true],
    );
  });

  function signedByEc(key: SigningKey): Buffer {
    const id = 'by-ec';
    const made = {
      id,
      canonicalization: EXCLUSIVE,
      key,
      references: [
        ...DOCUMENTS.map(({ name, sha256 }) => ({
          uri: name,
          sha256: Buffer.from(sha256, 'hex').toString('base64'),
        })),
        propertiesReference(id),
      ],
      objects: signedProperties({ id, key }),
    };
    const root = `<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/2918/v1.2.1#">`;
    return Buffer.from(signInPlace(`${root}${unsignedSignature(made)}</asic:XAdESSignatures>`, made));
  }
});
