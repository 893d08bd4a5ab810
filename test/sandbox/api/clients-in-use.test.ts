import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { PDFDocument } from '@cantoo/pdf-lib';
import type { SandboxAnnouncement } from '@signering/sandbox';
import { until } from '../stage/until.js';
import { element, elements } from '../stage/answer-elements.js';
import { directRequest, EXIT_URLS, ownSigner } from '../stage/direct-order.js';
import { agreement, createRequest, documentPackage, jobRequest } from '../stage/order.js';
import { packByHand } from '../stage/packed-by-hand.js';
import type { Sender } from '../stage/sender.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';
import { inChunks, sendOverWire, type WireAnswer } from '../stage/wire.js';

const NAMESPACE = 'http://signering.posten.no/schema/v1';
const PATH = '/api/312345676';

/** Spec: posten-api, seen of clients in use. Requests byte by byte, as those clients write them. */
describe('requests of existing clients', () => {
  let sandbox: TestSandbox;
  let sender: Sender;
  let announcement: SandboxAnnouncement;
  beforeEach(async () => {
    sandbox = await startTestSandbox();
    sender = await sandbox.sender();
    ({ announcement } = sandbox.sandbox());
  });
  afterEach(async () => await sandbox.close());

  const send = async (lines: readonly string[], body?: Uint8Array): Promise<WireAnswer> =>
    await sendOverWire(announcement, lines, body);
  const pathOf = (url: string): string => new URL(url).pathname;
  const signedJob = async (): Promise<string> => {
    const id = element((await sender.create()).text, 'signature-job-id');
    await sandbox.admin('POST', `/jobs/${id}/signers/1/sign`);
    return id;
  };
  const createDirect = async (): Promise<string> => {
    const request = await directRequest(sender, { signers: [ownSigner('kari')] });
    return (await sender.call('POST', '/direct/signature-jobs', request)).text;
  };

  /** The parts as one client writes them: chunked, with a character set on the whole, any headers on the parts. */
  async function createChunked(request: string, sealed: Uint8Array, flow = 'portal'): Promise<WireAnswer> {
    const boundary = 'Zc0-QqZ8vX_2mB';
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n`),
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: attachment\r\nContent-Type: application/octet-stream\r\n\r\n`,
      ),
      sealed,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return await send(
      [
        `POST ${PATH}/${flow}/signature-jobs HTTP/1.1`,
        'Accept: application/xml',
        'Transfer-Encoding: chunked',
        `Content-Type: multipart/mixed; charset=ISO-8859-1; boundary=${boundary}`,
      ],
      inChunks(body),
    );
  }

  it('a create in chunks, as multipart/mixed with a character set', async () => {
    const answer = await createChunked(jobRequest({ reference: 'stykkevis' }), await documentPackage(sender));
    assert.equal(answer.status, 200, answer.body);
    assert.equal(element(answer.body, 'reference'), 'stykkevis');
  });

  it('a create in which all elements have a prefix and another namespace is the default, and availability is empty', async () => {
    const document = await agreement(1);
    const manifest = [
      `<ns2:portal-signature-job-manifest xmlns="http://uri.etsi.org/2918/v1.2.1#" xmlns:ns2="${NAMESPACE}">`,
      '<ns2:signers><ns2:signer><ns2:personal-identification-number>',
      syntheticNumber(1),
      '</ns2:personal-identification-number><ns2:notifications><ns2:email address="a@example.com"/></ns2:notifications>',
      '</ns2:signer></ns2:signers><ns2:sender><ns2:organization-number>312345676</ns2:organization-number></ns2:sender>',
      '<ns2:title>Avtale</ns2:title><ns2:documents>',
      `<ns2:document href="${document.name}" mime="application/pdf"><ns2:title>Avtale</ns2:title></ns2:document>`,
      '</ns2:documents><ns2:availability/></ns2:portal-signature-job-manifest>',
    ].join('');
    const sealed = packByHand({ manifest, documents: [document], certificate: sender.certificate });
    const request = `<ns2:portal-signature-job-request xmlns="urn:x" xmlns:ns2="${NAMESPACE}"><ns2:reference>P</ns2:reference></ns2:portal-signature-job-request>`;
    const answer = await createChunked(request, sealed);
    assert.equal(answer.status, 200, answer.body);
    assert.equal(element(answer.body, 'reference'), 'P');
  });

  it('a package with deflated entries, sizes in data descriptors only, and form-encoded file names', async () => {
    const document = { ...(await agreement(1)), name: 'min avtale+ø.pdf' };
    const encoded = 'min+avtale%2B%C3%B8.pdf';
    const manifest = [
      `<direct-signature-job-manifest xmlns="${NAMESPACE}"><signer><signer-identifier>kari</signer-identifier></signer>`,
      '<sender><organization-number>312345676</organization-number></sender><title>Avtale</title><documents>',
      `<document href="${encoded}" mime="application/pdf"><title>Avtale</title></document>`,
      '</documents></direct-signature-job-manifest>',
    ].join('');
    const { certificate } = sender;
    const uriOf = (name: string): string => (name === document.name ? encoded : name);
    const sealed = packByHand({ manifest, documents: [document], certificate, uriOf });
    const { completionUrl, rejectionUrl, errorUrl } = EXIT_URLS;
    const request = [
      `<direct-signature-job-request xmlns="${NAMESPACE}"><exit-urls><completion-url>${completionUrl}</completion-url>`,
      `<rejection-url>${rejectionUrl.replace('&', '&amp;')}</rejection-url><error-url>${errorUrl}</error-url></exit-urls>`,
      '</direct-signature-job-request>',
    ].join('');
    const answer = await createChunked(request, sealed, 'direct');
    assert.equal(answer.status, 200, answer.body);
    const id = element(answer.body, 'signature-job-id');
    await sandbox.admin('POST', `/jobs/${id}/signers/1/sign`);
  });

  it('a request for a redirect URL with Content-Encoding: UTF-8, in chunks, or without a body', async () => {
    const text = await createDirect();
    const path = pathOf(/<signer href="([^"]*)"/u.exec(text)![1]!);
    const body = `<direct-signer-update-request xmlns="${NAMESPACE}"><redirect-url/></direct-signer-update-request>`;
    const withBody = await send(
      [
        `POST ${path} HTTP/1.1`,
        'Accept: application/xml',
        'Content-Type: application/xml',
        'Content-Encoding: UTF-8',
        'Transfer-Encoding: chunked',
      ],
      inChunks(Buffer.from(body)),
    );
    assert.equal(withBody.status, 200, withBody.body);
    const without = await send([`POST ${path} HTTP/1.1`, 'Accept: application/xml', 'Content-Length: 0']);
    assert.equal(without.status, 200, without.body);
    const urls = [text, withBody.body, without.body].map((xml) => elements(xml, 'redirect-url').at(-1));
    assert.equal(new Set(urls).size, 3);
  });

  it('the default queue polled as a bare ?polling_queue, as ?polling_queue= or without', async () => {
    for (const query of ['?polling_queue', '?polling_queue=', '']) {
      const id = await signedJob();
      const answer = await send([
        `GET ${PATH}/portal/signature-jobs${query} HTTP/1.1`,
        'Accept: application/xml',
      ]);
      assert.equal(element(answer.body, 'signature-job-id'), id, `in ${query}`);
    }
  });

  it('a queue’s name percent-encoded or form-encoded', async () => {
    const name = 'kø nr. 1&2/æ';
    const { headers, body } = await createRequest(sender, { pollingQueue: name.replace('&', '&amp;') });
    for (const query of [encodeURIComponent(name), new URLSearchParams({ q: name }).toString().slice(2)]) {
      const { text } = await sender.call('POST', '/portal/signature-jobs', { headers, body });
      await sandbox.admin('POST', `/jobs/${element(text, 'signature-job-id')}/signers/1/sign`);
      const answer = await send([`GET ${PATH}/portal/signature-jobs?polling_queue=${query} HTTP/1.1`]);
      assert.equal(answer.status, 200, query);
    }
  });

  it('confirm and cancel with Content-Length: 0 and no Content-Type, in either flow', async () => {
    const empty = async (url: string): Promise<number> =>
      (await send([`POST ${pathOf(url)} HTTP/1.1`, 'Accept: application/xml', 'Content-Length: 0'])).status;
    assert.equal(await empty(element((await sender.create()).text, 'cancellation-url')), 204);
    const change = (await sender.poll()).text;
    assert.equal(await empty(element(change, 'confirmation-url')), 200);
    const text = await createDirect();
    await sandbox.admin('POST', `/jobs/${element(text, 'signature-job-id')}/signers/1/sign`);
    const root = pathOf(element(text, 'status-url')).replace(/\/status$/u, '');
    assert.equal(await empty(`${announcement.apiUrl.replace(/\/api$/u, '')}${root}/complete`), 200);
  });

  it('downloads with any Accept, or none', async () => {
    await sandbox.admin('PUT', '/organizations/312345676', { longTermStorage: true });
    const id = await signedJob();
    const change = (await sender.poll()).text;
    const { longTermDocumentId } = (await sandbox.admin('GET', `/jobs/${id}`)) as {
      readonly longTermDocumentId: string;
    };
    const pades = pathOf(element(change, 'pades-url'));
    const xades = pathOf(element(change, 'xades-url'));
    const archived = `${PATH}/archive/documents/${longTermDocumentId}/pades`;
    const digest = async (path: string, ...accept: readonly string[]): Promise<string> => {
      const answer = await send([`GET ${path} HTTP/1.1`, ...accept]);
      assert.equal(answer.status, 200, `${path} ${accept.join()}`);
      return createHash('sha256').update(answer.body).digest('hex');
    };
    const any = 'Accept: application/octet-stream, application/xml';
    assert.equal(await digest(pades, any), await digest(pades));
    assert.equal(
      await digest(xades, 'Accept: application/xml'),
      await digest(xades, 'Accept: application/json'),
    );
    assert.equal(await digest(archived), await digest(pades, 'Accept: text/html'));
  });

  it('a poll that came too early, repeated until it is permitted', async () => {
    const own = await startTestSandbox({ emptyQueueWaitMs: 5000 });
    try {
      const impatient = await own.sender();
      const statuses = [await impatient.poll(), await impatient.poll(), await impatient.poll()].map(
        ({ status }) => status,
      );
      assert.deepEqual(statuses, [204, 429, 429]);
      await own.admin('POST', '/clock', { advanceSeconds: 6 });
      assert.equal((await impatient.poll()).status, 204, 'trying has not put the time off');
    } finally {
      await own.close();
    }
  });

  it('errors are in XML for any Accept header, because clients read no other format', async () => {
    const answer = await send([
      `GET ${PATH}/portal/signature-jobs/1/pades HTTP/1.1`,
      'Accept: application/octet-stream',
    ]);
    assert.equal(answer.status, 404);
    assert.match(answer.head, /content-type: application\/xml/u);
    assert.equal(element(answer.body, 'error-code'), 'NOT_FOUND');
  });

  it('ten megabytes in twenty documents are accepted', async () => {
    const pdf = await PDFDocument.create();
    pdf.addPage().drawText('Vedlegg');
    await pdf.attach(randomBytes(510_000), 'tall.bin');
    const content = await pdf.save();
    const documents = Array.from({ length: 20 }, (_, index) => ({
      name: `vedlegg-${index + 1}.pdf`,
      mediaType: 'application/pdf',
      content,
    }));
    // The signing time may be five seconds old: a busy machine may need longer, and sends again.
    await until('the package is accepted', async () => {
      const request = await createRequest(sender, { documents });
      assert.ok(request.body.length > 10_000_000);
      return (await sender.call('POST', '/portal/signature-jobs', request)).status === 200;
    });
  });

  it('an xades-url identifies its signer in the direct flow, also with only one signer', async () => {
    const text = await createDirect();
    const id = element(text, 'signature-job-id');
    const job = (await sandbox.admin('POST', `/jobs/${id}/signers/1/sign`)) as {
      readonly signers: readonly { readonly exitUrl: string }[];
    };
    const token = new URL(job.signers[0]!.exitUrl).searchParams.get('status_query_token')!;
    const status = await send([
      `GET ${pathOf(element(text, 'status-url'))}?status_query_token=${token}&polling_queue= HTTP/1.1`,
      'Accept: application/xml',
    ]);
    assert.match(status.body, /<xades-url signer="kari">/u);
    assert.match(status.body, /<status signer="kari" since=/u);
  });

  it('signing without a ceremony; the .NET client’s tests read the token from the response', async () => {
    const id = element(await createDirect(), 'signature-job-id');
    const direct = await send([
      `POST /web/signature-jobs/${id}/devmodesign?signer=kari HTTP/1.1`,
      'Content-Length: 0',
    ]);
    assert.equal(direct.status, 200, direct.body);
    const [name] = [...new URL(direct.body).searchParams.keys()];
    assert.equal(name, 'status_query_token');
    const portalJob = element((await sender.create()).text, 'signature-job-id');
    const portal = await send([
      `POST /web/portal/signature-jobs/${portalJob}/devmodesign?signer=${syntheticNumber(1)} HTTP/1.1`,
      'Content-Length: 0',
    ]);
    assert.equal(portal.status, 200, portal.body);
    assert.equal(element((await sender.poll()).text, 'status'), 'COMPLETED_SUCCESSFULLY');
  });
});
