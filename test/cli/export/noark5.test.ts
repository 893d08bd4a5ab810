import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlBufferInputProvider, XmlDocument, xmlRegisterInputProvider, XsdValidator } from 'libxml2-wasm';
import { noark5Description } from '@signering/cli/internal/export/noark5.js';
import type { ArchivedMetadata, Receipt } from '@signering/storage';
import { RECEIPT_FACTS } from '../../storage/receipt-facts.js';

const PROVED = { documents: [], signer: false, job: false };
const received = (name: string, result: 'INTACT' | 'NOT_CHECKED') => ({
  name,
  sha256: (result === 'INTACT' ? 'a' : 'b').repeat(64),
  size: 10,
  check: { result, findings: [], proved: PROVED, signatures: [] },
});
const RECEIPT: Receipt = {
  ...RECEIPT_FACTS,
  organizationNumber: '910000007',
  reference: 'lease-42',
  signatureJobId: '42',
  createdAt: '2026-03-01T10:00:00.000Z',
  received: [received('signed.pdf', 'INTACT'), received('xades-1.xml', 'NOT_CHECKED')],
};
const METADATA: ArchivedMetadata = {
  title: 'Lease of <Storgata 1> & annex',
  documents: [],
  signers: [],
  requiredAuthentication: 3,
  verification: {
    verifiedAt: '2026-03-01T23:30:00.000Z',
    verifiedBy: RECEIPT_FACTS.software,
    documents: [{ name: 'signed.pdf', sha256: 'a'.repeat(64), result: 'INTACT', pdfaLevel: '2B' }],
  },
  metadata: {},
};

/** The texts of an element, in document order. */
const textsOf = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'gu'))].map(([, text]) => text ?? '');

describe('the description of a job for Noark 5', () => {
  it('has the security level, and who verified each file when with what result', () => {
    const xml = noark5Description({ receipt: RECEIPT, metadata: METADATA });
    assert.deepEqual(textsOf(xml, 'tittel'), ['Lease of &lt;Storgata 1&gt; &amp; annex']);
    const verified = 'Signatur påført og verifisert';
    assert.deepEqual(textsOf(xml, 'elektroniskSignaturVerifisert'), [
      verified,
      verified,
      'Signatur påført, ikke verifisert',
    ]);
    assert.deepEqual(
      [...new Set(textsOf(xml, 'elektroniskSignaturSikkerhetsnivaa'))],
      ['Sendt med PKI/"person standard"-sertifikat'],
    );
    assert.deepEqual([...new Set(textsOf(xml, 'verifisertDato'))], ['2026-03-02']);
    assert.deepEqual([...new Set(textsOf(xml, 'verifisertAv'))], ['signering-workflows 0.1.0, 910000007']);
    assert.deepEqual(textsOf(xml, 'format'), ['PDF/A', 'XML']);
    assert.deepEqual(textsOf(xml, 'formatDetaljer'), ['PDF/A-2B', 'XAdES']);
    assert.deepEqual(textsOf(xml, 'variantformat'), ['Arkivformat', 'Produksjonsformat']);
    const ids = textsOf(xml, 'systemID');
    assert.equal(new Set(ids).size, 3);
    for (const id of ids)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    assert.equal(noark5Description({ receipt: RECEIPT, metadata: METADATA }), xml, 'the same each time');
  });

  it('does without metadata.json, which may be erased', () => {
    const xml = noark5Description({ receipt: RECEIPT });
    assert.deepEqual(textsOf(xml, 'tittel'), ['lease-42']);
    assert.deepEqual([...new Set(textsOf(xml, 'verifisertDato'))], [RECEIPT.archivedAt.slice(0, 10)]);
    assert.equal(textsOf(xml, 'elektroniskSignaturSikkerhetsnivaa')[0], 'Sikkerhetsnivå ukjent');
    const { requiredAuthentication: _, ...withoutLevel } = METADATA;
    const byDefault = noark5Description({ receipt: RECEIPT, metadata: withoutLevel });
    assert.match(textsOf(byDefault, 'elektroniskSignaturSikkerhetsnivaa')[0] ?? '', /"person høy"/u);
  });

  it('is valid by the published schema', function () {
    const folder = process.env['SIGNERING_NOARK5_SCHEMA'] ?? '';
    if (!existsSync(join(folder, 'arkivstruktur.xsd'))) {
      this.test!.title +=
        ' [skipped: no reference material; set SIGNERING_NOARK5_SCHEMA to the folder of arkivstruktur.xsd]';
      this.skip();
    }
    const validator = compile(folder);
    for (const described of [{ receipt: RECEIPT, metadata: METADATA }, { receipt: RECEIPT }]) {
      const document = XmlDocument.fromString(noark5Description(described));
      validator.validate(document);
      document.dispose();
    }
  });
});

/** The schema declares the type of a document's description, and an element for whole archives only. */
function compile(folder: string): XsdValidator {
  const namespace = 'http://www.arkivverket.no/standarder/noark5/arkivstruktur';
  const main =
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="${namespace}" targetNamespace="${namespace}" ` +
    'elementFormDefault="qualified"><xs:include schemaLocation="arkivstruktur.xsd"/>' +
    '<xs:element name="dokumentbeskrivelse" type="dokumentbeskrivelse"/></xs:schema>';
  const names = ['arkivstruktur.xsd', 'metadatakatalog.xsd'];
  const files = names.map((name) => [`noark5/${name}`, readFileSync(join(folder, name))] as const);
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(files)));
  const schema = XmlDocument.fromString(main, { url: 'noark5/main.xsd' });
  try {
    return XsdValidator.fromDoc(schema);
  } finally {
    schema.dispose();
  }
}
