import assert from 'node:assert/strict';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { ORGANIZATIONS } from '@signering/sandbox/internal/organizations.js';
import type { PortalSignatureJobManifest } from '@signering/schema';
import { signingKeyFromPem } from '@signering/signatures';
import { officialSchema } from '../../schema/xml/official-schema.js';
import { element } from '../stage/answer-elements.js';
import {
  agreement,
  createRequest,
  documentPackage,
  jobRequest,
  multipart,
  signerByEmail,
  signerByLookup,
  signerByNumber,
  type TestOrder,
} from '../stage/order.js';
import { openTestApi, type ApiReply, type TestApi } from '../stage/test-api.js';

const MAX_SECONDS = 7_776_000;

describe('creating a signature job', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  function assertRefused(reply: ApiReply, code: string, words: RegExp): void {
    assert.equal(reply.status, 400, reply.text);
    assert.equal(element(reply.text, 'error-code'), code);
    assert.equal(element(reply.text, 'error-type'), 'CLIENT');
    assert.match(element(reply.text, 'error-message'), words);
  }

  it('returns reference, id and cancellation URL', async () => {
    const { status, text, headers } = await api.create({ reference: 'avtale 7' });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/xml');
    assert.equal(element(text, 'reference'), 'avtale 7');
    const id = element(text, 'signature-job-id');
    assert.match(
      element(text, 'cancellation-url'),
      new RegExp(`/312345676/portal/signature-jobs/${id}/cancel$`, 'u'),
    );
  });

  it('creates a new job each time, because there is no idempotency key', async () => {
    const reference = 'same';
    assert.notEqual(await api.createJob({ reference }), await api.createJob({ reference }));
  });

  describe('by the sender rules', () => {
    interface Case {
      readonly what: string;
      readonly as?: 'publicSender';
      readonly order: TestOrder;
      readonly words: RegExp;
    }
    const manifest = (part: Partial<PortalSignatureJobManifest>): TestOrder => ({ manifest: part });
    const refused: readonly Case[] = [
      {
        what: 'another sender than in the address',
        order: manifest({ sender: { organizationNumber: ORGANIZATIONS.broker.organizationNumber } }),
        words: /not the sender in the path/u,
      },
      {
        what: 'more than ninety days',
        order: manifest({ availability: { availableSeconds: MAX_SECONDS + 1 } }),
        words: /90 days/u,
      },
      {
        what: 'level 3 by a private sender',
        order: manifest({ requiredAuthentication: 3 }),
        words: /level 4/u,
      },
      {
        what: 'an authenticated signature by a private sender',
        order: { signers: [signerByNumber(1, { signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE' })] },
        words: /advanced signatures/u,
      },
      {
        what: 'the name alone in documents of a private sender',
        order: manifest({ identifierInSignedDocuments: 'NAME' }),
        words: /beside the name/u,
      },
      {
        what: 'a look-up by a private sender',
        order: { signers: [signerByLookup(1)] },
        words: /contact details/u,
      },
      {
        what: 'a look-up of a signer on behalf of another',
        as: 'publicSender',
        order: { signers: [signerByLookup(1, { onBehalfOf: 'OTHER' })] },
        words: /on behalf of another/u,
      },
      {
        what: 'a look-up without an identity number',
        as: 'publicSender',
        order: { signers: [{ notificationsUsingLookup: { sms: false } }] },
        words: /looked up/u,
      },
      {
        what: 'an empty address',
        order: { signers: [signerByNumber(1, { notifications: { emailAddress: '' } })] },
        words: /is needed/u,
      },
      {
        what: 'the identity number of a signer not addressed by it',
        order: {
          signers: [signerByEmail(1)],
          manifest: { identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' },
        },
        words: /signer 1: the identity number cannot be shown/u,
      },
      {
        what: 'the date of birth with an advanced signature for a public sender',
        as: 'publicSender',
        order: {
          signers: [signerByNumber(1, { signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' })],
          manifest: { identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME' },
        },
        words: /must show the identity number/u,
      },
    ];
    for (const { what, as, order, words } of refused) {
      it(`rejects ${what}`, async () => {
        assertRefused(await api.create(order, as), 'ASICE_VALIDATION_FAILED', words);
      });
    }

    it('rejects an advanced signature over two documents for a public sender', async () => {
      const order = {
        documents: [await agreement(1), await agreement(2)],
        signers: [signerByNumber(1, { signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' })],
      } as const;
      assertRefused(await api.create(order, 'publicSender'), 'ASICE_VALIDATION_FAILED', /only one document/u);
      assert.equal((await api.create(order)).status, 200, 'a private sender may');
    });

    it('accepts options that only public senders may use', async () => {
      const order: TestOrder = {
        signers: [signerByLookup(1)],
        manifest: {
          requiredAuthentication: 3,
          identifierInSignedDocuments: 'NAME',
          availability: { availableSeconds: MAX_SECONDS },
        },
      };
      assert.equal((await api.create(order, 'publicSender')).status, 200);
    });
  });

  describe('by package and messages', () => {
    it('rejects a job request that violates the schema', async () => {
      const request = multipart(
        jobRequest({ reference: 'r'.repeat(51) }),
        await documentPackage(await api.orderer('privateSender')),
      );
      assertRefused(
        await api.call('POST', '/portal/signature-jobs', request),
        'SCHEMA_VALIDATION_ERROR',
        /reference/u,
      );
    });

    it('rejects a different message instead of the job request, and a body that is not XML', async () => {
      const sealed = await documentPackage(await api.orderer('privateSender'));
      for (const text of ['<error xmlns="http://signering.posten.no/schema/v1"/>', 'hei', '']) {
        const reply = await api.call('POST', '/portal/signature-jobs', multipart(text, sealed));
        assertRefused(reply, 'SCHEMA_VALIDATION_ERROR', /./u);
      }
    });

    it('rejects an invalid package, and one that was changed after signing', async () => {
      const orderer = await api.orderer('privateSender');
      const sealed = await documentPackage(orderer);
      const changed = Buffer.from(sealed);
      changed.writeUInt8((sealed[200] ?? 0) ^ 1, 200);
      for (const bytes of [Buffer.from('no zip'), changed, sealed.subarray(0, 900)]) {
        const reply = await api.call('POST', '/portal/signature-jobs', multipart(jobRequest({}), bytes));
        assertRefused(reply, 'ASICE_VALIDATION_FAILED', /./u);
      }
    });

    it('compares the signing time with the real time, also when its clock was moved', async () => {
      const moved = await openTestApi();
      try {
        await moved.advance(3600);
        assert.equal((await moved.create()).status, 200);
        const late = await moved.create({ signingTime: new Date(Date.now() - 6000) });
        assertRefused(late, 'ASICE_VALIDATION_FAILED', /./u);
        const early = await moved.create({ signingTime: new Date(Date.now() + 3_600_000) });
        assertRefused(early, 'ASICE_VALIDATION_FAILED', /./u);
      } finally {
        await moved.close();
      }
    });

    it('rejects a package that another organisation has signed', async () => {
      const orderer = await api.orderer('privateSender');
      const other = await api.orderer('publicSender');
      const request = await createRequest({ ...orderer, certificate: other.certificate });
      const reply = await api.call('POST', '/portal/signature-jobs', request);
      assertRefused(reply, 'ASICE_VALIDATION_FAILED', /another organisation/u);
    });

    it('rejects a package signed with a certificate of an unknown authority', async () => {
      const orderer = await api.orderer('privateSender');
      const stranger = await createCertificateAuthority();
      const issued = await stranger.issueEnterpriseCertificate(ORGANIZATIONS.privateSender);
      const certificate = { ...orderer.certificate, ...signingKeyFromPem(issued) };
      const request = await createRequest({ ...orderer, certificate });
      const reply = await api.call('POST', '/portal/signature-jobs', request);
      assertRefused(reply, 'ASICE_VALIDATION_FAILED', /unknown_ca/u);
    });

    it('accepts a package whose signature contains the signing certificate without its chain', async () => {
      const orderer = await api.orderer('privateSender');
      const certificate = { ...orderer.certificate, chain: orderer.certificate.chain.slice(0, 1) };
      const request = await createRequest({ ...orderer, certificate });
      assert.equal((await api.call('POST', '/portal/signature-jobs', request)).status, 200);
    });

    it('accepts a package of the sender sent by its broker, and one signed by the broker', async () => {
      const sender = await api.orderer('publicSender');
      const { certificate } = await api.orderer('broker');
      for (const orderer of [sender, { ...sender, certificate }]) {
        const reply = await api.call('POST', 'https://127.0.0.1:1/api/310456780/portal/signature-jobs', {
          ...(await createRequest(orderer)),
          as: 'broker',
        });
        assert.equal(reply.status, 200, reply.text);
      }
    });

    it('rejects documents missing in the manifest, and documents missing in the package', async () => {
      const document = await agreement(1);
      const named = (href: string) => ({ href, mime: 'application/pdf', title: 'Avtale' });
      const two = await api.create({
        documents: [document, await agreement(2)],
        manifest: { documents: [named(document.name)] },
      });
      assertRefused(two, 'ASICE_VALIDATION_FAILED', /not in the manifest/u);
      const none = await api.create({
        documents: [document],
        manifest: { documents: [named('missing.pdf')] },
      });
      assertRefused(none, 'ASICE_VALIDATION_FAILED', /not in the package/u);
    });

    it('rejects a document that is not a PDF, and accepts plain text', async () => {
      const content = Buffer.from('Avtale\n\nVi kjøper epler.');
      const asPdf = await api.create({
        documents: [{ name: 'avtale.pdf', mediaType: 'application/pdf', content }],
      });
      assertRefused(asPdf, 'ASICE_VALIDATION_FAILED', /documents\[0\]/u);
      const id = await api.createJob({
        documents: [{ name: 'avtale.txt', mediaType: 'text/plain', content }],
      });
      await api.sign(id, 1);
      assert.equal(
        (await api.call('GET', `/portal/signature-jobs/${id}/pades`)).body.subarray(0, 5).toString(),
        '%PDF-',
      );
    });

    it('rejects a request that is not multipart, does not have two parts, or is incomplete', async () => {
      const { headers, body } = await createRequest(await api.orderer('privateSender'));
      const boundary = 'grense-mellom-delene';
      const requests = [
        { headers: { 'content-type': 'application/xml' }, body },
        { headers: {}, body },
        { headers, body: body.subarray(0, body.length - boundary.length) },
        {
          headers,
          body: Buffer.from(
            `--${boundary}\r\nContent-Type: application/xml\r\n\r\n<a/>\r\n--${boundary}--\r\n`,
          ),
        },
        { headers, body: Buffer.alloc(0) },
      ];
      for (const request of requests) {
        assertRefused(await api.call('POST', '/portal/signature-jobs', request), 'INVALID_MULTIPART', /./u);
      }
    });

    it('accepts the multipart format of every existing client', async () => {
      const sealed = await documentPackage(await api.orderer('privateSender'));
      const request = Buffer.from(jobRequest({ reference: 'klient' }));
      const build = (boundary: string, partHeaders: (length: number, type: string) => string): Buffer =>
        Buffer.concat([
          Buffer.from(`--${boundary}\r\n${partHeaders(request.length, 'application/xml')}\r\n`),
          request,
          Buffer.from(`\r\n--${boundary}\r\n${partHeaders(sealed.length, 'application/octet-stream')}\r\n`),
          sealed,
          Buffer.from(`\r\n--${boundary}--`),
        ]);
      const odd = "=_Part'()+_,-./:=?7";
      const variants = [
        {
          type: 'multipart/mixed; charset=ISO-8859-1; boundary=abc123',
          body: build('abc123', (_, type) => `Content-Type: ${type}\r\nContent-Disposition: attachment\r\n`),
        },
        {
          type: `multipart/mixed; boundary="${odd}"`,
          body: build(odd, (length, type) => `Content-Type: ${type}\r\nContent-Length: ${length}\r\n`),
        },
        { type: 'Multipart/Mixed;boundary=x', body: build('x', (_, type) => `content-type: ${type}\r\n`) },
      ];
      for (const { type, body } of variants) {
        const reply = await api.call('POST', '/portal/signature-jobs', {
          headers: { 'content-type': type },
          body,
        });
        assert.equal(reply.status, 200, `${type}: ${reply.text}`);
      }
    });

    it('accepts messages with a prefix and a different default namespace', async () => {
      const request =
        '<p:portal-signature-job-request xmlns="urn:other" xmlns:p="http://signering.posten.no/schema/v1">' +
        '<p:reference>med prefiks</p:reference></p:portal-signature-job-request>';
      const sealed = await documentPackage(await api.orderer('privateSender'));
      const reply = await api.call('POST', '/portal/signature-jobs', multipart(request, sealed));
      assert.equal(element(reply.text, 'reference'), 'med prefiks');
    });
  });

  it('writes responses, errors and status changes that are valid by the published schema', async function () {
    const isOfficial = officialSchema(this);
    const created = await api.create({
      reference: 'offisiell',
      pollingQueue: 'offisiell',
      signers: [signerByEmail(1), signerByNumber(2)],
    });
    const id = element(created.text, 'signature-job-id');
    await api.sign(id, 1);
    const changed = await api.poll('offisiell');
    await api.sign(id, 2);
    await api.advance(100_000);
    const completed = await api.poll('offisiell');
    const refused = await api.create({ manifest: { requiredAuthentication: 3 } });
    const missing = await api.call('GET', '/portal/signature-jobs/1/pades');
    assert.match(completed.text, /delete-documents-url/u);
    for (const { text } of [created, changed, completed, refused, missing]) assert.ok(isOfficial(text), text);
  });
});

describe('authorization', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  const url = (organizationNumber: string, rest = ''): string =>
    `https://127.0.0.1:1/api/${organizationNumber}${rest}`;

  it('returns the organisation of a sender, and the sender of a broker', async () => {
    assert.equal((await api.call('GET', '')).text, 'You are 312345676');
    const { text } = await api.call('GET', url('310456780'), { as: 'broker' });
    assert.match(text, /^You are 311789015,\s+operating on behalf of 310456780$/u);
  });

  it('rejects an organisation without access', async () => {
    const { status, text } = await api.call('GET', '', { as: 'unauthorized' });
    assert.equal(status, 403);
    assert.equal(element(text, 'error-code'), 'NOT_AUTHORIZED');
  });

  it('rejects a broker for an organisation without agreement, and a sender for another sender', async () => {
    for (const [organizationNumber, as] of [
      [ORGANIZATIONS.unauthorized.organizationNumber, 'broker'],
      [ORGANIZATIONS.publicSender.organizationNumber, 'privateSender'],
    ] as const) {
      const { status, text } = await api.call('GET', url(organizationNumber), { as });
      assert.equal(status, 403);
      assert.equal(element(text, 'error-code'), 'BROKER_NOT_AUTHORIZED');
    }
  });

  it('does not show the job of another sender', async () => {
    const id = await api.createJob();
    const { status } = await api.call('POST', `/portal/signature-jobs/${id}/cancel`, { as: 'publicSender' });
    assert.equal(status, 404);
  });

  it('returns 404 for an unknown path, and 405 for a wrong method', async () => {
    assert.equal((await api.call('GET', '/direct/nothing')).status, 404);
    assert.equal((await api.call('DELETE', '/portal/signature-jobs')).status, 405);
  });
});
