import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { InvalidInputError } from '@signering/schema';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
} from '@signering/schema/xml';
import { readDocumentPackage } from '@signering/document-package';
import { buildDirectJob, buildPortalJob, type DirectJobOptions } from '@signering/signing-api';
import { partsOf } from '../multipart-parts.js';
import { newDirectJob } from '../new-direct-job.js';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { startTestService, type TestService } from '../test-service.js';

const IN_A_WEEK = new Date(Date.now() + 7 * 24 * 60 * 60 * 1000).toISOString();
const EXIT = 'https://localhost/back';
const DOCUMENTS = [
  { title: 'Avtale', content: Buffer.from('%PDF') },
  { title: 'Avtale', content: Buffer.from('%PDF'), name: 'VEDLEGG æ.pdf' },
  { title: 'Vilkår', content: Buffer.from('Lån'), mediaType: 'text/plain' },
];
const COMMON = {
  organizationNumber: SENDER_ORGANIZATION,
  documents: DOCUMENTS,
  reference: 'A-1',
  pollingQueue: 'kø',
  title: 'Leieavtale',
  description: 'Hei!',
  requiredAuthentication: 3,
  identifierInSignedDocuments: 'NAME',
} as const;
const EXIT_URLS = { completionUrl: EXIT, rejectionUrl: EXIT, errorUrl: EXIT };
const DIRECT: DirectJobOptions = {
  ...COMMON,
  exitUrls: EXIT_URLS,
  statusRetrievalMethod: 'POLLING',
  signers: [
    { identifier: { personalIdentificationNumber: '01815010260' }, onBehalfOf: 'OTHER' },
    { identifier: { signerIdentifier: 'B' }, signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE' },
  ],
};
const PORTAL = {
  ...COMMON,
  nonsensitiveTitle: 'En avtale',
  availability: { activationTime: IN_A_WEEK, availableSeconds: 86_400 },
  signers: [
    {
      personalIdentificationNumber: '01815010260',
      order: 1,
      signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
      notificationsUsingLookup: { sms: true },
      onBehalfOf: 'SELF',
    },
    { notifications: { emailAddress: 'a@example.com', mobileNumber: '+4799999999' }, order: 2 },
  ],
} as const;

describe('a job for the service', () => {
  let service: TestService;
  let ofPrivateSender: TestService;
  before(async () => {
    service = await startTestService();
    ofPrivateSender = await startTestService({ api: { sector: 'PRIVATE' } });
  });
  after(() => Promise.all([service.stop(), ofPrivateSender.stop()]));

  const sent = async (create: () => Promise<unknown>) => {
    // What it answers does not matter here.
    await assert.rejects(create, { code: 'CREATE_OUTCOME_UNKNOWN' });
    const [request, asice] = await partsOf(service.requests.at(-1)!);
    return { request: request!.content, asice: await readDocumentPackage(asice!.content) };
  };
  const pathsOf = async (create: Promise<unknown>) => {
    try {
      await create;
    } catch (error) {
      assert.ok(error instanceof InvalidInputError, String(error));
      return [error.code, ...(error.facts.problems ?? []).map(({ path }) => path)];
    }
    return [];
  };

  it('says in the portal flow everything that can be said, plain texts among several documents', async () => {
    const job = buildPortalJob(PORTAL);
    const { request, asice } = await sent(() => service.api.portal.createSignatureJob(job));
    assert.deepEqual(readPortalSignatureJobRequest(request), { reference: 'A-1', pollingQueue: 'kø' });
    const { organizationNumber, documents: _, reference: __, pollingQueue: ___, ...content } = PORTAL;
    const manifest = readPortalSignatureJobManifest(asice.manifest);
    assert.deepEqual(manifest, {
      ...content,
      sender: { organizationNumber },
      documents: [
        { href: 'avtale.pdf', mime: 'application/pdf', title: 'Avtale' },
        { href: 'vedlegg-ae.pdf', mime: 'application/pdf', title: 'Avtale' },
        { href: 'vilkar.txt', mime: 'text/plain', title: 'Vilkår' },
      ],
    });
    assert.deepEqual(
      asice.documents.map(({ name, content: bytes }) => [name, Buffer.from(bytes).toString()]),
      manifest.documents.map(({ href }, index) => [href, DOCUMENTS[index]!.content.toString()]),
    );
  });

  it('says in the direct flow everything that can be said', async () => {
    const job = buildDirectJob(DIRECT);
    const { request, asice } = await sent(() => service.api.direct.createSignatureJob(job));
    assert.deepEqual(readDirectSignatureJobRequest(request), {
      reference: 'A-1',
      exitUrls: EXIT_URLS,
      statusRetrievalMethod: 'POLLING',
      pollingQueue: 'kø',
    });
    const { title, description, signers, requiredAuthentication, identifierInSignedDocuments } = DIRECT;
    assert.deepEqual(readDirectSignatureJobManifest(asice.manifest), {
      title,
      description,
      signers,
      requiredAuthentication,
      identifierInSignedDocuments,
      sender: { organizationNumber: SENDER_ORGANIZATION },
      documents: job.manifest.documents,
    });
  });

  it('is refused with each field named, before anything is sent', async () => {
    const before = service.requests.length;
    const errorUrl = `https://localhost/${'x'.repeat(500)}`;
    const direct = newDirectJob({ request: { exitUrls: { ...EXIT_URLS, errorUrl } } });
    assert.deepEqual(await pathsOf(service.api.direct.createSignatureJob(direct)), [
      'INVALID_REQUEST',
      'request.exitUrls.errorUrl',
    ]);
    const portal = newPortalJob({
      manifest: {
        availability: { availableSeconds: 7_776_001, activationTime: '9999-12-31T00:00:00Z' },
        signers: [{ notificationsUsingLookup: { sms: false }, onBehalfOf: 'OTHER' }],
      },
    });
    assert.deepEqual(await pathsOf(service.api.portal.createSignatureJob(portal)), [
      'INVALID_REQUEST',
      'manifest.availability.availableSeconds',
      'manifest.availability.activationTime',
      'manifest.signers[0].notificationsUsingLookup',
      'manifest.signers[0].notificationsUsingLookup',
    ]);
    assert.equal(service.requests.length, before);
  });

  it('has documents that its manifest lists, as what they are, and no others', async () => {
    const { manifest } = newPortalJob();
    const create = (documents: Parameters<typeof service.api.portal.createSignatureJob>[0]['documents']) =>
      pathsOf(service.api.portal.createSignatureJob({ request: {}, manifest, documents }));
    const content = randomBytes(10);
    assert.deepEqual(await create([{ name: 'other.pdf', mediaType: 'application/pdf', content }]), [
      'INVALID_REQUEST',
      'documents[0].name',
      'manifest.documents[0].href',
    ]);
    assert.deepEqual(await create([{ name: 'document-1.pdf', mediaType: 'text/plain', content }]), [
      'INVALID_REQUEST',
      'manifest.documents[0].mime',
    ]);
  });

  it('has at most 20 documents of 10 485 760 bytes, each with a unique name of 4 to 100 characters', async () => {
    const create = (names: readonly string[], bytes = 1) => {
      const documents = names.map((name) => ({
        name,
        mediaType: 'application/pdf',
        content: new Uint8Array(bytes),
      }));
      const listed = names.map((href) => ({ href, mime: 'application/pdf', title: 'A' }));
      const { manifest } = newPortalJob({ manifest: { documents: listed } });
      return pathsOf(service.api.portal.createSignatureJob({ request: {}, manifest, documents }));
    };
    const notAccepted = (...paths: string[]) => ['DOCUMENT_NOT_ACCEPTED', ...paths];
    assert.deepEqual(await create(['a.pdf', 'a.pdf']), notAccepted('documents[1].name'));
    assert.deepEqual(await create(['abc']), notAccepted('documents[0].name'));
    assert.deepEqual(await create([`${'x'.repeat(97)}.pdf`]), notAccepted('documents[0].name'));
    assert.deepEqual(await create([]), notAccepted('documents'));
    const many = Array.from({ length: 21 }, (_, index) => `a-${index}.pdf`);
    assert.deepEqual(await create(many), notAccepted('documents'));
    assert.deepEqual(await create(['a-1.pdf', 'a-2.pdf'], 5_242_881), notAccepted('documents'));
  });

  it('is checked against the rules of the sector that the options name', async () => {
    const manifest = { requiredAuthentication: 3 } as const;
    const { portal, direct } = ofPrivateSender.api;
    const refused = ['INVALID_REQUEST', 'manifest.requiredAuthentication'];
    assert.deepEqual(await pathsOf(portal.createSignatureJob(newPortalJob({ manifest }))), refused);
    assert.deepEqual(await pathsOf(direct.createSignatureJob(newDirectJob({ manifest }))), refused);
    assert.deepEqual(ofPrivateSender.requests, []);
    await sent(() => service.api.portal.createSignatureJob(newPortalJob({ manifest })));
  });
});
