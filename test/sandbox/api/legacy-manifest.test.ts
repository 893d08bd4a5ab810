import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage } from '@signering/document-package';
import { element } from '../stage/answer-elements.js';
import { agreement, multipart } from '../stage/order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type ApiReply, type TestApi } from '../stage/test-api.js';

const NAMESPACE = 'http://signering.posten.no/schema/v1';
const DOCUMENT = '<document href="avtale-1.pdf" mime="application/pdf"><title>Avtale om epler</title>';

interface AdminJob {
  readonly title: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  readonly documents: readonly { readonly title: string }[];
}

describe('a manifest in the older format, with the job’s texts in its only document', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  async function create(flow: 'portal' | 'direct', manifest: string, request: string): Promise<ApiReply> {
    const { certificate, organizationNumber } = await api.orderer('privateSender');
    const sealed = await sealDocumentPackage({
      manifest: manifest.replace(
        'SENDER',
        `<sender><organization-number>${organizationNumber}</organization-number></sender>`,
      ),
      documents: [await agreement(1)],
      certificate,
    });
    const body = `<${flow}-signature-job-request xmlns="${NAMESPACE}">${request}</${flow}-signature-job-request>`;
    return await api.call('POST', `/${flow}/signature-jobs`, multipart(body, await buffer(sealed)));
  }

  async function signedJob(reply: ApiReply): Promise<AdminJob> {
    assert.equal(reply.status, 200, reply.text);
    const id = element(reply.text, 'signature-job-id');
    await api.sign(id, 1);
    return await api.admin<AdminJob>('GET', `/jobs/${id}`);
  }

  it('creates a job of the portal flow', async () => {
    const manifest =
      `<portal-signature-job-manifest xmlns="${NAMESPACE}"><signers><signer>` +
      `<personal-identification-number>${syntheticNumber(1)}</personal-identification-number>` +
      '<notifications><email address="a@example.com"/></notifications></signer></signers>SENDER' +
      `${DOCUMENT}<nonsensitive-title>En avtale</nonsensitive-title><description>Hei</description></document>` +
      '</portal-signature-job-manifest>';
    const job = await signedJob(await create('portal', manifest, ''));
    assert.equal(job.title, 'Avtale om epler');
    assert.equal(job.nonsensitiveTitle, 'En avtale');
    assert.equal(job.description, 'Hei');
    assert.deepEqual(
      job.documents.map(({ title }) => title),
      ['Avtale om epler'],
    );
  });

  it('creates a job of the direct flow', async () => {
    const manifest =
      `<direct-signature-job-manifest xmlns="${NAMESPACE}"><signer><signer-identifier>kari</signer-identifier></signer>` +
      `SENDER${DOCUMENT}<description>Hei</description></document></direct-signature-job-manifest>`;
    const exits = ['completion', 'rejection', 'error'].map(
      (exit) => `<${exit}-url>https://sender.example/</${exit}-url>`,
    );
    const job = await signedJob(await create('direct', manifest, `<exit-urls>${exits.join('')}</exit-urls>`));
    assert.equal(job.title, 'Avtale om epler');
    assert.equal(job.description, 'Hei');
  });

  it('is rejected if it mixes the two formats', async () => {
    const manifest =
      `<direct-signature-job-manifest xmlns="${NAMESPACE}"><signer><signer-identifier>kari</signer-identifier></signer>` +
      `SENDER<title>Ny</title>${DOCUMENT}</document></direct-signature-job-manifest>`;
    const exits = ['completion', 'rejection', 'error'].map(
      (exit) => `<${exit}-url>https://sender.example/</${exit}-url>`,
    );
    const reply = await create('direct', manifest, `<exit-urls>${exits.join('')}</exit-urls>`);
    assert.equal(element(reply.text, 'error-code'), 'SCHEMA_VALIDATION_ERROR');
  });
});
