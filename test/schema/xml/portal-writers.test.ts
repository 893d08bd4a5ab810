import assert from 'node:assert/strict';
import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  PortalSignatureJobManifest,
  PortalStatusChange,
  SignatureJobId,
  XadesUrl,
} from '@signering/schema';
import {
  InvalidMessageError,
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  readServiceError,
  validateMessage,
  writePortalSignatureJobManifest,
  writePortalSignatureJobRequest,
  writePortalSignatureJobResponse,
  writePortalStatusChange,
  writeServiceError,
} from '@signering/schema/xml';
import { officialSchema } from './official-schema.js';

const MANIFEST: PortalSignatureJobManifest = {
  signers: [
    {
      order: 1,
      personalIdentificationNumber: '01815012345',
      signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE',
      notifications: { emailAddress: 'kari@example.com', mobileNumber: '+4799999999' },
      onBehalfOf: 'OTHER',
    },
    { order: 2, personalIdentificationNumber: '01815012345', notificationsUsingLookup: { sms: true } },
    {
      personalIdentificationNumber: '01815012345',
      notificationsUsingLookup: { sms: false },
      onBehalfOf: 'SELF',
    },
    { notifications: { mobileNumber: '99999999' } },
  ],
  sender: { organizationNumber: '123456789' },
  title: 'Leieavtale <2. etg.> & vilkår',
  nonsensitiveTitle: 'Avtale "A"',
  description: 'Første linje\r\nAndre linje\tæøå 😀',
  documents: [
    { href: 'document-1.pdf', mime: 'application/pdf', title: 'Avtalen' },
    { href: 'document-2.pdf', mime: 'application/pdf', title: "Vedlegg 'A'" },
  ],
  requiredAuthentication: 4,
  availability: { activationTime: '2030-01-01T12:00:00+01:00', availableSeconds: 864_000 },
  identifierInSignedDocuments: 'NAME',
};

const JOB = 'https://localhost/api/123456789/portal/signature-jobs/77';
const CHANGE: PortalStatusChange = {
  reference: 'A-1',
  signatureJobId: '77' as SignatureJobId,
  status: 'IN_PROGRESS',
  confirmationUrl: `${JOB}/complete` as ConfirmationUrl,
  cancellationUrl: `${JOB}/cancel` as CancellationUrl,
  deleteDocumentsUrl: JOB as DeleteDocumentsUrl,
  signatures: [
    {
      identifier: { personalIdentificationNumber: '01815012345' },
      status: { kind: 'SIGNED' },
      since: '2030-01-02T12:00:00.123Z',
      xadesUrl: `${JOB}/xades/1?a=1&b=2` as XadesUrl,
    },
    {
      identifier: { emailAddress: 'kari@example.com', mobileNumber: '99999999' },
      status: { kind: 'UNKNOWN', text: 'ASLEEP' },
      since: '2030-01-02T12:00:00.000Z',
    },
    {
      identifier: { mobileNumber: '99999999' },
      status: { kind: 'WAITING' },
      since: '2030-01-02T12:00:00.000Z',
    },
  ],
  padesUrl: `${JOB}/pades` as PadesUrl,
};

describe('the validation of messages', () => {
  it('finds the element with any prefix, among comments and instructions, and names no unknown one', () => {
    const xml =
      '<p:portal-signature-job-manifest xmlns:p="http://signering.posten.no/schema/v1"><?to ignore?><p:signers>' +
      '<!-- --><p:signer order="x"/><?to ignore?><p:signer hemmelig="1"/></p:signers><p:hemmelig/>' +
      '</p:portal-signature-job-manifest>';
    const root = 'portal-signature-job-manifest';
    assert.throws(
      () => validateMessage(xml),
      (error) => {
        assert.ok(error instanceof InvalidMessageError);
        assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /hemmelig/u);
        assert.deepEqual(
          error.facts.problems?.map(({ path }) => path),
          [
            `${root}/signers/signer[1]/@order`,
            `${root}/signers/signer[1]`,
            `${root}/signers/signer[2]`,
            `${root}/signers/signer[2]`,
            `${root}/(unknown element)`,
          ],
        );
        return true;
      },
    );
  });
});

describe('the writers of portal messages', () => {
  it('write messages that the readers read back and the published schema accepts', function () {
    const official = officialSchema(this);
    const check = <Message>(
      message: Message,
      write: (message: Message) => string,
      read: (xml: string) => Message,
    ) => {
      const xml = write(message);
      assert.ok(official(xml), xml);
      assert.deepEqual(read(xml), message);
    };
    check({}, writePortalSignatureJobRequest, readPortalSignatureJobRequest);
    check(
      { reference: 'A-1', pollingQueue: 'kø & co' },
      writePortalSignatureJobRequest,
      readPortalSignatureJobRequest,
    );
    check(MANIFEST, writePortalSignatureJobManifest, readPortalSignatureJobManifest);
    check(
      {
        signatureJobId: '-9223372036854775808' as SignatureJobId,
        cancellationUrl: `${JOB}/cancel` as CancellationUrl,
      },
      writePortalSignatureJobResponse,
      readPortalSignatureJobResponse,
    );
    check(CHANGE, writePortalStatusChange, readPortalStatusChange);
    check(
      { errorCode: 'SOME_CODE', errorMessage: '', errorType: 'CLIENT' },
      writeServiceError,
      readServiceError,
    );
  });

  it('reject what the schema rejects, naming each element and quoting no value', () => {
    const secret = 'hemmelig verdi';
    assert.throws(
      () =>
        writePortalSignatureJobManifest({
          ...MANIFEST,
          signers: [
            { personalIdentificationNumber: secret, notificationsUsingLookup: { sms: false } },
            { personalIdentificationNumber: '1181501234', order: 11, notifications: {} },
            { personalIdentificationNumber: '01815012345' },
          ],
          title: secret.repeat(6),
          documents: [{ href: 'a', mime: 'application/pdf', title: '' }],
          availability: { activationTime: secret, availableSeconds: -1 },
        }),
      (error) => {
        assert.ok(error instanceof InvalidMessageError);
        assert.equal(error.code, 'INVALID_MESSAGE');
        assert.equal(error.retryable, false);
        assert.doesNotMatch(
          JSON.stringify([error.message, error.stack, error.facts]),
          /hemmelig|1181501234/u,
        );
        assert.deepEqual(error.facts.problems, [
          {
            path: 'portal-signature-job-manifest/signers/signer[1]/personal-identification-number',
            message: 'does not match [0-9]{11}',
          },
          { path: 'portal-signature-job-manifest/signers/signer[2]/@order', message: 'is greater than 9' },
          {
            path: 'portal-signature-job-manifest/signers/signer[2]/personal-identification-number',
            message: 'does not match [0-9]{11}',
          },
          {
            path: 'portal-signature-job-manifest/signers/signer[2]/notifications',
            message: 'ends too early; expected email, sms',
          },
          {
            path: 'portal-signature-job-manifest/signers/signer[3]',
            message: 'ends too early; expected signature-type, notifications-using-lookup, notifications',
          },
          {
            path: 'portal-signature-job-manifest/title',
            message: 'has 84 characters, at most 80 are allowed',
          },
          {
            path: 'portal-signature-job-manifest/documents/document/@href',
            message: 'has 1 characters, at least 4 are needed',
          },
          {
            path: 'portal-signature-job-manifest/documents/document/title',
            message: 'has 0 characters, at least 1 are needed',
          },
          {
            path: 'portal-signature-job-manifest/availability/activation-time',
            message: 'is not a valid xs:dateTime',
          },
          { path: 'portal-signature-job-manifest/availability/available-seconds', message: 'is less than 0' },
        ]);
        return true;
      },
    );
  });

  it('reject too many signers or documents', () => {
    const [signer] = MANIFEST.signers;
    const [document] = MANIFEST.documents;
    assert.ok(signer && document);
    for (const tooMany of [
      { ...MANIFEST, signers: Array.from({ length: 11 }, () => signer) },
      { ...MANIFEST, documents: Array.from({ length: 21 }, () => document) },
      { ...MANIFEST, signers: [] },
      { ...MANIFEST, documents: [] },
    ]) {
      assert.throws(() => writePortalSignatureJobManifest(tooMany), { code: 'INVALID_MESSAGE' });
    }
  });

  it('reject characters that XML cannot represent, naming the element', () => {
    for (const character of ['\u0000', '\u000b', '\ud800', '\ufffe']) {
      assert.throws(
        () => writePortalSignatureJobManifest({ ...MANIFEST, title: `Avtale${character}` }),
        (error) =>
          error instanceof InvalidMessageError &&
          error.facts.problems?.[0]?.path === 'portal-signature-job-manifest/title',
      );
    }
  });
});
