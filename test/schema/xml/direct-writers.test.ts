import assert from 'node:assert/strict';
import {
  findDirectSignature,
  type ConfirmationUrl,
  type DeleteDocumentsUrl,
  type DirectSignatureJobManifest,
  type DirectSignatureJobResponse,
  type PadesUrl,
  type RedirectUrl,
  type SignatureJobId,
  type SignerUrl,
  type StatusUrl,
  type XadesUrl,
} from '@signering/schema';
import {
  InvalidMessageError,
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  readDirectSignerUpdateRequest,
  writeDirectSignatureJobManifest,
  writeDirectSignatureJobRequest,
  writeDirectSignatureJobResponse,
  writeDirectSignatureJobStatus,
  writeDirectSignerResponse,
  writeDirectSignerUpdateRequest,
  type NamedDirectStatus,
} from '@signering/schema/xml';
import { officialSchema } from './official-schema.js';

const PIN = '01815010260';
const JOB = 'https://localhost/api/123456789/direct/signature-jobs/77';
const EXIT_URLS = {
  completionUrl: 'https://localhost/done?a=1&b=2',
  rejectionUrl: 'https://localhost/no',
  errorUrl: 'https://localhost/oops',
};

const MANIFEST: DirectSignatureJobManifest = {
  signers: [
    {
      identifier: { personalIdentificationNumber: PIN },
      signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
      onBehalfOf: 'OTHER',
    },
    { identifier: { signerIdentifier: ' Kunde <1> & æøå 😀\r\n' } },
  ],
  sender: { organizationNumber: '123456789' },
  title: 'Leieavtale <2. etg.> & vilkår',
  description: 'Første linje\r\nAndre linje\tæøå 😀',
  documents: [
    { href: 'document-1.pdf', mime: 'application/pdf', title: 'Avtalen' },
    { href: 'document-2.pdf', mime: 'application/pdf', title: "Vedlegg 'A'" },
  ],
  requiredAuthentication: 3,
  identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
};

const RESPONSE: DirectSignatureJobResponse = {
  reference: 'A-1',
  signatureJobId: '77' as SignatureJobId,
  statusUrl: `${JOB}/status` as StatusUrl,
  signers: [
    {
      identifier: { signerIdentifier: 'CUSTOMER "1"' },
      signerUrl: `${JOB}/signers/2` as SignerUrl,
      redirectUrl: 'https://localhost/#/redirect/a?b=1&c=2' as RedirectUrl,
    },
    {
      identifier: { personalIdentificationNumber: PIN },
      signerUrl: `${JOB}/signers/1` as SignerUrl,
      redirectUrl: 'https://localhost/#/redirect/b' as RedirectUrl,
    },
  ],
};

const STATUS: NamedDirectStatus = {
  reference: 'A-1',
  signatureJobId: '77' as SignatureJobId,
  status: 'IN_PROGRESS',
  signatures: [
    {
      signer: 'CUSTOMER "1"',
      status: { kind: 'SIGNED' },
      since: '2030-01-02T12:00:00.123Z',
      xadesUrl: `${JOB}/xades/1?a=1&b=2` as XadesUrl,
    },
    { signer: PIN, status: { kind: 'UNKNOWN', text: 'ASLEEP' }, since: '2030-01-02T12:00:00.000Z' },
    { signer: 'B', status: { kind: 'FAILED' }, since: '2030-01-02T12:00:00.000Z' },
  ],
  confirmationUrl: `${JOB}/complete` as ConfirmationUrl,
  deleteDocumentsUrl: JOB as DeleteDocumentsUrl,
  padesUrl: `${JOB}/pades` as PadesUrl,
};

describe('the writers of direct messages', () => {
  it('write messages that the readers read back and the published schema accepts', function () {
    const official = officialSchema(this);
    const check = <Message, Written extends Message>(
      message: Written,
      write: (message: Written) => string,
      read: (xml: string) => Message,
    ) => {
      const xml = write(message);
      assert.ok(official(xml), xml);
      assert.deepEqual(read(xml), message);
    };
    check({ exitUrls: EXIT_URLS }, writeDirectSignatureJobRequest, readDirectSignatureJobRequest);
    for (const statusRetrievalMethod of ['WAIT_FOR_CALLBACK', 'POLLING'] as const) {
      check(
        { reference: 'A-1', exitUrls: EXIT_URLS, statusRetrievalMethod, pollingQueue: 'kø & co' },
        writeDirectSignatureJobRequest,
        readDirectSignatureJobRequest,
      );
    }
    check(MANIFEST, writeDirectSignatureJobManifest, readDirectSignatureJobManifest);
    check(RESPONSE, writeDirectSignatureJobResponse, readDirectSignatureJobResponse);
    const { statusUrl: _, ...polled } = RESPONSE;
    check(polled, writeDirectSignatureJobResponse, readDirectSignatureJobResponse);
    check(RESPONSE.signers[0]!, writeDirectSignerResponse, readDirectSignerResponse);
    check(STATUS, writeDirectSignatureJobStatus, readDirectSignatureJobStatus);
    const update = writeDirectSignerUpdateRequest();
    assert.ok(official(update), update);
    assert.deepEqual(readDirectSignerUpdateRequest(update), { redirectUrl: true });
  });

  it('always name the signer, even an only one', () => {
    const [signature] = STATUS.signatures;
    const status = writeDirectSignatureJobStatus({ ...STATUS, signatures: [signature!] });
    assert.equal(status.match(/ signer="CUSTOMER &quot;1&quot;"/gu)?.length, 2);
    const [signer] = RESPONSE.signers;
    const response = writeDirectSignatureJobResponse({ ...RESPONSE, signers: [signer!] });
    assert.match(response, /<redirect-url signer="CUSTOMER &quot;1&quot;">/u);
  });

  it('write names that are found again, with any white space', () => {
    for (const space of [' ', '\t', '\n', '\r', '\r\n', '\n\n', '  ']) {
      const signerIdentifier = `Kari${space}Nordmann`;
      const { signatures } = STATUS;
      const xml = writeDirectSignatureJobStatus({
        ...STATUS,
        signatures: [{ ...signatures[0]!, signer: signerIdentifier }, signatures[1]!],
      });
      const found = findDirectSignature(readDirectSignatureJobStatus(xml), { signerIdentifier });
      assert.equal(found?.xadesUrl, signatures[0]!.xadesUrl, JSON.stringify(space));
    }
  });

  it('escape texts that look like XML references', () => {
    for (const text of ['A &amp; B', '&lt;b&gt;', '&#65;', 'Fish&chips; more', '&amp;amp;', ']]>']) {
      const signers = [{ identifier: { signerIdentifier: text } }];
      const manifest = writeDirectSignatureJobManifest({ ...MANIFEST, title: text, signers });
      const read = readDirectSignatureJobManifest(manifest);
      assert.deepEqual([read.title, read.signers], [text, signers]);
    }
    const exitUrls = { ...EXIT_URLS, completionUrl: 'https://localhost/done?a=1&amp;b=2&copy;=3' };
    const request = writeDirectSignatureJobRequest({ exitUrls });
    assert.deepEqual(readDirectSignatureJobRequest(request).exitUrls, exitUrls);
  });

  it('reject what the schema rejects, naming each element and quoting no value', () => {
    const secret = 'hemmelig';
    const root = 'direct-signature-job-manifest';
    assert.throws(
      () =>
        writeDirectSignatureJobManifest({
          ...MANIFEST,
          signers: [
            { identifier: { personalIdentificationNumber: secret } },
            { identifier: { signerIdentifier: '' } },
            { identifier: { signerIdentifier: secret.repeat(11) } },
          ],
          description: secret.repeat(30),
        }),
      (error) => {
        assert.ok(error instanceof InvalidMessageError);
        assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.facts]), /hemmelig/u);
        assert.deepEqual(error.facts.problems, [
          {
            path: `${root}/signer[1]/personal-identification-number`,
            message: 'does not match [0-9]{11}',
          },
          { path: `${root}/signer[2]/signer-identifier`, message: 'has 0 characters, at least 1 are needed' },
          {
            path: `${root}/signer[3]/signer-identifier`,
            message: 'has 88 characters, at most 80 are allowed',
          },
          { path: `${root}/description`, message: 'has 240 characters, at most 220 are allowed' },
        ]);
        return true;
      },
    );
  });

  it('reject too many signers or documents, and exit URLs that are too long', () => {
    const [signer] = MANIFEST.signers;
    const [document] = MANIFEST.documents;
    for (const broken of [
      { ...MANIFEST, signers: Array.from({ length: 11 }, () => signer!) },
      { ...MANIFEST, documents: Array.from({ length: 21 }, () => document!) },
      { ...MANIFEST, signers: [] },
      { ...MANIFEST, documents: [] },
    ]) {
      assert.throws(() => writeDirectSignatureJobManifest(broken), { code: 'INVALID_MESSAGE' });
    }
    const errorUrl = `https://localhost/${'x'.repeat(500)}`;
    assert.throws(() => writeDirectSignatureJobRequest({ exitUrls: { ...EXIT_URLS, errorUrl } }), {
      code: 'INVALID_MESSAGE',
      facts: {
        problems: [
          {
            path: 'direct-signature-job-request/exit-urls/error-url',
            message: 'has 518 characters, at most 500 are allowed',
          },
        ],
      },
    });
  });
});
