import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  validateMessage,
} from '@signering/schema/xml';
import { referencePath } from '../../reference-material.js';

const sample = (context: Mocha.Context, name: string) =>
  readFileSync(referencePath(context, 'posten-api-specification', 'examples', 'portal', name));

describe('the published portal samples', () => {
  it('are valid by our schema', function () {
    for (const name of [
      'request.xml',
      'response.xml',
      'manifest.xml',
      'manifest-signer-without-pin.xml',
      'manifest-specify-on-behalf-of.xml',
      'manifest-specify-signtype-and-auth.xml',
      'status-change-response.xml',
      'status-change-response-signer-without-pin.xml',
      'legacy/manifest-legacy.xml',
    ]) {
      validateMessage(sample(this, name));
    }
  });

  it('contain the request and the response', function () {
    assert.deepEqual(readPortalSignatureJobRequest(sample(this, 'request.xml')), { reference: '123-ABC' });
    assert.deepEqual(readPortalSignatureJobResponse(sample(this, 'response.xml')), {
      signatureJobId: '1',
      cancellationUrl: 'https://api.signering.posten.no/api/123456789/portal/signature-jobs/1/cancel',
    });
  });

  it('contain a manifest with chained signers, given addresses and look-up', function () {
    const manifest = readPortalSignatureJobManifest(sample(this, 'manifest.xml'));
    assert.deepEqual(
      manifest.signers.map(({ order, notifications, notificationsUsingLookup }) => ({
        order,
        notifications,
        notificationsUsingLookup,
      })),
      [
        {
          order: 1,
          notifications: { emailAddress: 'signer1@example.com', mobileNumber: '00000000' },
          notificationsUsingLookup: undefined,
        },
        {
          order: 2,
          notifications: { emailAddress: 'signer2@example.com' },
          notificationsUsingLookup: undefined,
        },
        { order: 2, notifications: undefined, notificationsUsingLookup: { sms: true } },
        { order: 3, notifications: undefined, notificationsUsingLookup: { sms: false } },
      ],
    );
    assert.deepEqual(manifest.sender, { organizationNumber: '123456789' });
    assert.equal(manifest.title, 'Required job title');
    assert.equal(manifest.nonsensitiveTitle, 'Optional non-sensitive job title');
    assert.deepEqual(manifest.documents, [
      { href: 'document.pdf', mime: 'application/pdf', title: 'First document' },
      { href: 'document2.pdf', mime: 'application/pdf', title: 'Second document' },
    ]);
    assert.deepEqual(manifest.availability, {
      activationTime: '2016-02-10T12:00:00+01:00',
      availableSeconds: 864_000,
    });
    assert.equal(manifest.identifierInSignedDocuments, 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME');
  });

  it('contain signature types, security level and on-behalf-of', function () {
    const typed = readPortalSignatureJobManifest(sample(this, 'manifest-specify-signtype-and-auth.xml'));
    assert.equal(typed.requiredAuthentication, 4);
    assert.deepEqual(
      typed.signers.map(({ signatureType }) => signatureType),
      [
        'ADVANCED_ELECTRONIC_SIGNATURE',
        'AUTHENTICATED_ELECTRONIC_SIGNATURE',
        'AUTHENTICATED_ELECTRONIC_SIGNATURE',
        'AUTHENTICATED_ELECTRONIC_SIGNATURE',
      ],
    );
    const onBehalf = readPortalSignatureJobManifest(sample(this, 'manifest-specify-on-behalf-of.xml'));
    assert.equal(onBehalf.signers[0]?.onBehalfOf, 'SELF');
  });

  it('contain the older single-document form, which is read like the newer one', function () {
    const manifest = readPortalSignatureJobManifest(sample(this, 'legacy/manifest-legacy.xml'));
    assert.equal(manifest.title, 'Tittel');
    assert.equal(manifest.nonsensitiveTitle, 'Ikke-sensitiv tittel');
    assert.equal(manifest.description, 'Melding til undertegner');
    assert.deepEqual(manifest.documents, [
      { href: 'document.pdf', mime: 'application/pdf', title: 'Tittel' },
    ]);
  });

  it('contain signers without an identity number, in manifest and status change', function () {
    const manifest = readPortalSignatureJobManifest(sample(this, 'manifest-signer-without-pin.xml'));
    assert.deepEqual(manifest.signers, [
      { notifications: { emailAddress: 'email@example.com' } },
      { notifications: { emailAddress: 'email@example.com', mobileNumber: '12345678' } },
    ]);
    const change = readPortalStatusChange(sample(this, 'status-change-response-signer-without-pin.xml'));
    assert.deepEqual(
      change.signatures.map(({ identifier }) => identifier),
      [{ emailAddress: 'test@example.com' }, { emailAddress: 'test@example.com', mobileNumber: '12345678' }],
    );
  });

  it('contain a status change with the URLs of the signed documents', function () {
    const job = 'https://api.signering.posten.no/api/123456789/portal/signature-jobs/1';
    assert.deepEqual(readPortalStatusChange(sample(this, 'status-change-response.xml')), {
      signatureJobId: '1',
      status: 'COMPLETED_SUCCESSFULLY',
      confirmationUrl: `${job}/complete`,
      signatures: [
        {
          identifier: { personalIdentificationNumber: '12345678910' },
          status: { kind: 'SIGNED' },
          since: '2017-01-23T11:51:43.000Z',
          xadesUrl: `${job}/xades/1`,
        },
      ],
      padesUrl: `${job}/pades`,
    });
  });
});
