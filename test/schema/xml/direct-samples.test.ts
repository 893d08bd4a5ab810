import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { findDirectSignature } from '@signering/schema';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  readDirectSignerUpdateRequest,
  validateMessage,
} from '@signering/schema/xml';
import { referencePath } from '../../reference-material.js';

const FOLDER = ['posten-api-specification', 'examples', 'direct'];
const sample = (context: Mocha.Context, name: string) =>
  readFileSync(referencePath(context, ...FOLDER, name));

const JOB = 'https://api.signering.posten.no/api/123456789/direct/signature-jobs/1';
const ONLY_REDIRECT_URL =
  'https://signering.posten.no#/redirect/421e7ac38da1f81150cfae8a053cef62f9e7433ffd9395e5805e820980653657';

const READERS = {
  'request.xml': readDirectSignatureJobRequest,
  'response.xml': readDirectSignatureJobResponse,
  'status-response.xml': readDirectSignatureJobStatus,
  'signer-response.xml': readDirectSignerResponse,
  'signer-update-request.xml': readDirectSignerUpdateRequest,
  'manifest.xml': readDirectSignatureJobManifest,
  'manifest-signer-without-pin.xml': readDirectSignatureJobManifest,
  'manifest-specify-signtype-and-auth.xml': readDirectSignatureJobManifest,
} as const;

describe('the published direct samples', () => {
  it('are all valid by our schema and readable', function () {
    const names = readdirSync(referencePath(this, ...FOLDER), { recursive: true, encoding: 'utf8' });
    const samples = names.filter((name) => name.endsWith('.xml'));
    assert.ok(samples.length >= 12);
    for (const name of samples) {
      const xml = sample(this, name);
      validateMessage(xml);
      const read = Object.entries(READERS).find(([file]) => file === name.split(/[\\/]/u).at(-1))?.[1];
      assert.ok(read, `no reader for ${name}`);
      read(xml);
    }
  });

  it('contain the request', function () {
    for (const name of ['request.xml', 'multiple_signers/request.xml']) {
      assert.deepEqual(readDirectSignatureJobRequest(sample(this, name)), {
        reference: '123-ABC',
        exitUrls: {
          completionUrl: 'https://www.sender.org/completed',
          rejectionUrl: 'https://www.sender.org/rejected',
          errorUrl: 'https://www.sender.org/failed',
        },
      });
    }
  });

  it('contain the response for one signer, whom the deprecated redirect URL does not name', function () {
    const signer = {
      identifier: { personalIdentificationNumber: '12345678910' },
      signerUrl: `${JOB}/signers/1`,
      redirectUrl: ONLY_REDIRECT_URL,
    };
    assert.deepEqual(readDirectSignatureJobResponse(sample(this, 'response.xml')), {
      signatureJobId: '1',
      statusUrl: `${JOB}/status`,
      signers: [signer],
    });
    assert.deepEqual(readDirectSignerResponse(sample(this, 'signer-response.xml')), signer);
    assert.deepEqual(readDirectSignerUpdateRequest(sample(this, 'signer-update-request.xml')), {
      redirectUrl: true,
    });
  });

  it('contain the response for several signers, by number and by identifier', function () {
    const { signers } = readDirectSignatureJobResponse(sample(this, 'multiple_signers/response.xml'));
    assert.deepEqual(signers, [
      {
        identifier: { personalIdentificationNumber: '10987654321' },
        signerUrl: `${JOB}/signers/1`,
        redirectUrl: 'https://signering.posten.no#/redirect/cwYjoZOX5jOc1BACfTdhuIPjWr4BzZ234PqHOgJj03o',
      },
      {
        identifier: { signerIdentifier: '123abc' },
        signerUrl: `${JOB}/signers/2`,
        redirectUrl: 'https://signering.posten.no#/redirect/P1P-rdPK03Vf-z4NZb1mtDcExjpOzzVEkwal_F9FKm0',
      },
    ]);
  });

  it('contain the status of one unnamed signer, who is found by number', function () {
    const status = readDirectSignatureJobStatus(sample(this, 'status-response.xml'));
    const signature = {
      status: { kind: 'SIGNED' },
      since: '2017-01-23T11:51:43.000Z',
      xadesUrl: `${JOB}/xades/1`,
    };
    assert.deepEqual(status, {
      signatureJobId: '1',
      status: 'COMPLETED_SUCCESSFULLY',
      signatures: [signature],
      confirmationUrl: `${JOB}/complete`,
      padesUrl: `${JOB}/pades`,
    });
    assert.deepEqual(findDirectSignature(status, { personalIdentificationNumber: '12345678910' }), signature);
  });

  it('contain the status of several signers, each with a XAdES', function () {
    const status = readDirectSignatureJobStatus(sample(this, 'multiple_signers/status-response.xml'));
    const xadesOf = (identifier: Parameters<typeof findDirectSignature>[1]) =>
      findDirectSignature(status, identifier)?.xadesUrl;
    assert.equal(xadesOf({ signerIdentifier: '123abc' }), `${JOB}/xades/1`);
    assert.equal(xadesOf({ personalIdentificationNumber: '10987654321' }), `${JOB}/xades/2`);
  });

  it('contain the manifest in the newer form', function () {
    assert.deepEqual(readDirectSignatureJobManifest(sample(this, 'manifest-signer-without-pin.xml')), {
      signers: [
        { identifier: { signerIdentifier: 'Test Testesen 1234 test.testesen@example.com kundenr: 1337' } },
      ],
      sender: { organizationNumber: '123456789' },
      title: 'Tittel på oppdrag',
      description: 'Melding til undertegner',
      documents: [{ href: 'document.pdf', mime: 'application/pdf', title: 'Tittel på dokument' }],
      identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
    });
  });

  it('contain the older single-document form, which is read like the newer one', function () {
    const older = {
      sender: { organizationNumber: '123456789' },
      title: 'Tittel',
      description: 'Melding til undertegner',
      documents: [{ href: 'document.pdf', mime: 'application/pdf', title: 'Tittel' }],
    };
    const identifier = { personalIdentificationNumber: '12345678910' };
    const identifierInSignedDocuments = 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME';
    assert.deepEqual(readDirectSignatureJobManifest(sample(this, 'manifest.xml')), {
      ...older,
      signers: [{ identifier, onBehalfOf: 'OTHER' }],
      identifierInSignedDocuments,
    });
    assert.deepEqual(readDirectSignatureJobManifest(sample(this, 'manifest-specify-signtype-and-auth.xml')), {
      ...older,
      signers: [{ identifier, signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' }],
      requiredAuthentication: 3,
      identifierInSignedDocuments,
    });
    assert.deepEqual(readDirectSignatureJobManifest(sample(this, 'multiple_signers/manifest.xml')), {
      ...older,
      signers: [
        { identifier: { signerIdentifier: '123abc' } },
        { identifier: { personalIdentificationNumber: '10987654321' } },
      ],
      identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
    });
  });
});
