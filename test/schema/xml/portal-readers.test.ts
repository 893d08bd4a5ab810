import assert from 'node:assert/strict';
import {
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  readServiceError,
  validateMessage,
} from '@signering/schema/xml';
import { MOMENTS } from './moments.js';

const NAMESPACE = 'http://signering.posten.no/schema/v1';

const statusChange = (signatures: string, more = '') => `
  <portal-signature-job-status-change-response xmlns="${NAMESPACE}">
    <signature-job-id>1</signature-job-id><status>IN_PROGRESS</status>
    <confirmation-url>https://localhost/complete</confirmation-url>${more}
    <signatures>${signatures}</signatures>
  </portal-signature-job-status-change-response>`;

describe('the readers of portal messages', () => {
  it('accept any prefix, also with another default namespace', () => {
    assert.deepEqual(
      readPortalSignatureJobResponse(
        `<?xml version="1.0"?><p:portal-signature-job-response xmlns="urn:another" xmlns:p="${NAMESPACE}">
           <signature-job-id>2</signature-job-id><p:signature-job-id>1</p:signature-job-id>
           <q:cancellation-url xmlns:q="${NAMESPACE}">https://localhost/cancel</q:cancellation-url>
         </p:portal-signature-job-response>`,
      ),
      { signatureJobId: '1', cancellationUrl: 'https://localhost/cancel' },
    );
  });

  it('reject a message of another namespace, or of none', () => {
    for (const attribute of ['', 'xmlns="urn:another"', `xmlns:p="${NAMESPACE}"`]) {
      assert.throws(() => readPortalSignatureJobRequest(`<portal-signature-job-request ${attribute}/>`), {
        code: 'UNREADABLE_XML',
      });
    }
    assert.throws(() => readPortalSignatureJobRequest(`<error xmlns="${NAMESPACE}"/>`), {
      code: 'UNREADABLE_XML',
    });
  });

  it('accept comments and white space within URLs, and unknown elements, attributes and signer statuses', () => {
    const change = readPortalStatusChange(
      statusChange(
        `<signature new="1"><status since=" 2030-01-01T00:00:00Z " why="x"> ASLEEP </status>
           <personal-identification-number>01815012345</personal-identification-number><mood>good</mood>
           <xades-url>
             https://localhost/<!-- the first -->xades/1?a=1&amp;b=<![CDATA[2&3]]>
           </xades-url></signature>
         <later/><pades-url/>`,
        '<new-url>https://localhost/new</new-url><cancellation-url/>',
      ),
    );
    assert.deepEqual(change, {
      signatureJobId: '1',
      status: 'IN_PROGRESS',
      confirmationUrl: 'https://localhost/complete',
      signatures: [
        {
          identifier: { personalIdentificationNumber: '01815012345' },
          status: { kind: 'UNKNOWN', text: 'ASLEEP' },
          since: '2030-01-01T00:00:00.000Z',
          xadesUrl: 'https://localhost/xades/1?a=1&b=2&3',
        },
      ],
    });
  });

  it('read a signer with an unknown kind of identifier, so that no queue is blocked', () => {
    const { signatures } = readPortalStatusChange(
      statusChange('<signature><status since="x">SIGNED</status><wallet-id>1</wallet-id></signature>'),
    );
    assert.deepEqual(signatures, [{ identifier: {}, status: { kind: 'SIGNED' } }]);
  });

  it('give each time in UTC with milliseconds, and none where the service gives no point in time', () => {
    for (const [written, read] of MOMENTS) {
      const { signatures } = readPortalStatusChange(
        statusChange(`<signature><status since="${written}">SIGNED</status></signature>`),
      );
      assert.equal(signatures[0]?.since, read);
    }
  });

  it('treat an empty polling queue as the default queue', () => {
    for (const queue of [
      '<polling-queue/>',
      '<polling-queue></polling-queue>',
      '<polling-queue><!-- --></polling-queue>',
    ]) {
      assert.deepEqual(
        readPortalSignatureJobRequest(
          `<portal-signature-job-request xmlns="${NAMESPACE}">${queue}</portal-signature-job-request>`,
        ),
        {},
      );
    }
  });

  it('reject messages without a required part', () => {
    const incomplete = [
      statusChange('<signature><status>SIGNED</status><identifier/></signature>'),
      statusChange('').replace('IN_PROGRESS', 'PONDERING'),
      statusChange('').replace('<signature-job-id>1<', '<signature-job-id>9223372036854775808<'),
      statusChange('').replace('<signature-job-id>1<', '<signature-job-id>one<'),
      statusChange('').replace('https://localhost/complete', ''),
    ];
    for (const xml of incomplete) {
      assert.throws(() => readPortalStatusChange(xml), { code: 'UNREADABLE_XML' }, xml);
    }
  });

  it('accept the same job id in any spelling', () => {
    for (const id of ['7', ' +7 ', '007']) {
      assert.equal(readPortalStatusChange(statusChange('').replace('>1<', `>${id}<`)).signatureJobId, '7');
    }
  });

  it('accept an empty availability', () => {
    const manifest = readPortalSignatureJobManifest(
      `<portal-signature-job-manifest xmlns="${NAMESPACE}">
         <signers><signer><identified-by-contact-information><!-- --></identified-by-contact-information>
           <notifications><sms number=""/></notifications></signer></signers>
         <sender><organization-number>123456789</organization-number></sender>
         <title> T </title><documents><document href="a.pdf" mime="application/pdf"><title>T</title></document></documents>
         <availability/></portal-signature-job-manifest>`,
    );
    assert.deepEqual(manifest.availability, {});
    assert.equal(manifest.title, ' T ');
    assert.deepEqual(manifest.signers, [{ notifications: { mobileNumber: '' } }]);
  });

  it('accept bytes in UTF-8, UTF-16 and ISO-8859-1', () => {
    const xml = (encoding: string) =>
      `<?xml version="1.0" encoding="${encoding}"?><error xmlns="${NAMESPACE}"><error-code>KODE</error-code>` +
      '<error-message>Prøv igjen</error-message><error-type>CLIENT</error-type></error>';
    const utf16 = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(xml('UTF-16'), 'utf16le')]);
    for (const bytes of [
      Buffer.from(xml('UTF-8')),
      Buffer.from(`\u{FEFF}${xml('utf-8')}`),
      Buffer.from(xml('ISO-8859-1'), 'latin1'),
      utf16,
      Buffer.from(utf16).swap16(),
    ]) {
      validateMessage(bytes);
      assert.equal(readServiceError(bytes).errorMessage, 'Prøv igjen');
    }
    for (const bytes of [Buffer.from(xml('UTF-8'), 'latin1'), Buffer.from(xml('EBCDIC-CP-NO'))]) {
      assert.throws(() => readServiceError(bytes), { code: 'UNREADABLE_XML' });
    }
  });

  it('never quote unreadable content', () => {
    for (const xml of [
      '<hemmelig',
      '<hemmelig></hemmelig2>',
      '<hemmelig:a/>',
      '<a>&hemmelig;</a>',
      statusChange('').replace('IN_PROGRESS', 'hemmelig'),
    ]) {
      assert.throws(
        () => readPortalStatusChange(xml),
        (error) => error instanceof Error && !/hemmelig/u.test(`${error.message}${error.stack ?? ''}`),
      );
    }
  });
});
