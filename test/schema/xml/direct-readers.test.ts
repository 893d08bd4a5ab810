import assert from 'node:assert/strict';
import {
  readDirectSignatureJobRequest,
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerUpdateRequest,
} from '@signering/schema/xml';
import { MOMENTS } from './moments.js';

const NAMESPACE = 'http://signering.posten.no/schema/v1';

const status = (content: string) => `
  <direct-signature-job-status-response xmlns="${NAMESPACE}">
    <signature-job-id>1</signature-job-id><signature-job-status>IN_PROGRESS</signature-job-status>
    ${content}
  </direct-signature-job-status-response>`;
const signer = (attributes: string, kind = 'SIGNED') =>
  `<status since="2030-01-01T00:00:00Z" ${attributes}>${kind}</status>`;
const xades = (attributes: string, url = 'https://localhost/xades/1') =>
  `<xades-url ${attributes}>${url}</xades-url>`;

const response = (content: string) => `
  <direct-signature-job-response xmlns="${NAMESPACE}">
    <signature-job-id>1</signature-job-id>${content}
  </direct-signature-job-response>`;
const answeredSigner = (identifier: string, url: string, href = 'https://localhost/signers/1') =>
  `<signer href="${href}">${identifier}<redirect-url>${url}</redirect-url></signer>`;

describe('the readers of direct messages', () => {
  it('return the XAdES of the only signer, whether or not status and XAdES name them', () => {
    for (const [inStatus, inXades] of [
      ['', ''],
      ['signer="A"', ''],
      ['', 'signer="A"'],
      ['signer="A"', 'signer="A"'],
    ] as const) {
      const { signatures } = readDirectSignatureJobStatus(status(signer(inStatus) + xades(inXades)));
      assert.deepEqual(signatures, [
        {
          ...(inStatus !== '' && { signer: 'A' }),
          status: { kind: 'SIGNED' },
          since: '2030-01-01T00:00:00.000Z',
          xadesUrl: 'https://localhost/xades/1',
        },
      ]);
    }
  });

  it('match each XAdES to its signer, in any order', () => {
    const { signatures } = readDirectSignatureJobStatus(
      status(
        signer('signer="A"') +
          signer('signer="01815010260"') +
          signer('signer="B"', 'WAITING') +
          xades('signer="01815010260"', 'https://localhost/xades/2') +
          xades('signer="A"', 'https://localhost/xades/7'),
      ),
    );
    assert.deepEqual(
      signatures.map(({ signer: name, xadesUrl }) => [name, xadesUrl]),
      [
        ['A', 'https://localhost/xades/7'],
        ['01815010260', 'https://localhost/xades/2'],
        ['B', undefined],
      ],
    );
  });

  it('never guess the signer of a XAdES, and drop none', () => {
    for (const content of [
      signer('signer="A"') + xades('signer="B"'),
      signer('signer="A"') + signer('signer="B"') + xades(''),
      signer('signer="A"') + signer('signer="B"') + xades('signer="C"'),
      signer('') + signer('') + xades('signer="A"'),
      signer('') + xades('') + xades('', 'https://localhost/xades/2'),
    ]) {
      assert.throws(() => readDirectSignatureJobStatus(status(content)), { code: 'UNREADABLE_XML' }, content);
    }
  });

  it('accept comments and white space within URLs, and unknown elements, attributes and signer statuses', () => {
    assert.deepEqual(
      readDirectSignatureJobStatus(
        status(`
          <later/><status since=" 2030-01-01T00:00:00Z " signer="A" why="x"> ASLEEP </status>
          <confirmation-url>
            <!-- outdated? --> https://localhost/complete
          </confirmation-url><delete-documents-url/><xades-url signer="A"/>
          <pades-url> https://localhost/pades </pades-url>`),
      ),
      {
        signatureJobId: '1',
        status: 'IN_PROGRESS',
        signatures: [
          { signer: 'A', status: { kind: 'UNKNOWN', text: 'ASLEEP' }, since: '2030-01-01T00:00:00.000Z' },
        ],
        confirmationUrl: 'https://localhost/complete',
        padesUrl: 'https://localhost/pades',
      },
    );
  });

  it('give each time in UTC with milliseconds, and none where the service gives no point in time', () => {
    for (const [written, read] of MOMENTS) {
      const { signatures } = readDirectSignatureJobStatus(
        status(`<status since="${written}">SIGNED</status>`),
      );
      assert.deepEqual(signatures, [
        { status: { kind: 'SIGNED' }, ...(read !== undefined && { since: read }) },
      ]);
    }
  });

  it('accept the status of a failed ceremony, which only the direct flow has', () => {
    const [signature] = readDirectSignatureJobStatus(status(signer('', 'FAILED'))).signatures;
    assert.deepEqual(signature?.status, { kind: 'FAILED' });
  });

  it('use the redirect URL of each signer and ignore the deprecated list', () => {
    const byIdentifier = answeredSigner(
      '<signer-identifier> A &amp; B </signer-identifier>',
      '\n https://localhost/#/redirect/a \n',
    );
    for (const outdated of [
      '',
      '<redirect-url>https://localhost/#/redirect/old</redirect-url>',
      '<redirect-url signer="A">https://localhost/#/redirect/old</redirect-url>',
    ]) {
      assert.deepEqual(readDirectSignatureJobResponse(response(outdated + byIdentifier)), {
        signatureJobId: '1',
        signers: [
          {
            identifier: { signerIdentifier: ' A & B ' },
            signerUrl: 'https://localhost/signers/1',
            redirectUrl: 'https://localhost/#/redirect/a',
          },
        ],
      });
    }
  });

  it('treat an empty polling queue as the default queue', () => {
    const request = (queue: string) =>
      `<direct-signature-job-request xmlns="${NAMESPACE}"><exit-urls>
         <completion-url>https://localhost/a</completion-url><rejection-url>https://localhost/b</rejection-url>
         <error-url> https://localhost/c </error-url></exit-urls>
         <status-retrieval-method> POLLING </status-retrieval-method>${queue}
       </direct-signature-job-request>`;
    for (const queue of ['', '<polling-queue/>', '<polling-queue><!-- --></polling-queue>']) {
      assert.deepEqual(readDirectSignatureJobRequest(request(queue)), {
        exitUrls: {
          completionUrl: 'https://localhost/a',
          rejectionUrl: 'https://localhost/b',
          errorUrl: 'https://localhost/c',
        },
        statusRetrievalMethod: 'POLLING',
      });
    }
    assert.equal(
      readDirectSignatureJobRequest(request('<polling-queue>kø</polling-queue>')).pollingQueue,
      'kø',
    );
  });

  it('recognise an update that requests nothing', () => {
    const update = (content: string) =>
      `<u:direct-signer-update-request xmlns:u="${NAMESPACE}">${content}</u:direct-signer-update-request>`;
    assert.deepEqual(readDirectSignerUpdateRequest(update('')), { redirectUrl: false });
    assert.deepEqual(readDirectSignerUpdateRequest(update('<u:redirect-url/>')), { redirectUrl: true });
  });

  it('reject messages without a required part', () => {
    const pin = '<personal-identification-number>01815010260</personal-identification-number>';
    for (const xml of [
      response(''),
      response(answeredSigner('', 'https://localhost/r')),
      response(answeredSigner('<signer-identifier/>', 'https://localhost/r')),
      response(answeredSigner(pin, ' ')),
      response(answeredSigner(pin, 'https://localhost/r', ' ')),
      response(answeredSigner(pin, 'https://localhost/r')).replace('>1<', '>one<'),
    ]) {
      assert.throws(() => readDirectSignatureJobResponse(xml), { code: 'UNREADABLE_XML' }, xml);
    }
    for (const xml of [
      status(''),
      status('<status>SIGNED</status>'),
      status(signer('', ' ')),
      status(signer('')).replace('IN_PROGRESS', 'PONDERING'),
    ]) {
      assert.throws(() => readDirectSignatureJobStatus(xml), { code: 'UNREADABLE_XML' }, xml);
    }
  });
});
