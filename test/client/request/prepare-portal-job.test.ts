import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type PortalJobRequest } from '@signering/client';
import { preparePortalJob } from '@signering/client/request';
import { InvalidInputError } from '@signering/schema';
import { PINS, pdfSaying, validRequest } from '../requests.js';

/** Changes that a type would forbid: callers in JavaScript and readers of JSON make them. */
type Changes = Readonly<Record<string, unknown>>;

describe('a signing request', () => {
  let folder: string;
  let content: Uint8Array;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-request-'));
    content = await pdfSaying('Lease');
    await writeFile(join(folder, 'lease.pdf'), content);
    await writeFile(join(folder, 'notes.pdf'), 'no PDF at all');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const prepare = (request: unknown) =>
    preparePortalJob(request as PortalJobRequest, { pollingQueue: 'signering-workflows' });
  const requestWith = (changes: Changes) => ({ ...validRequest(content), ...changes });
  const signersWith = (...changes: Changes[]) =>
    requestWith({
      signers: changes.map((signer, index) => ({ emailAddress: `signer-${index}@example.com`, ...signer })),
    });

  async function mistakesIn(request: unknown) {
    try {
      await prepare(request);
    } catch (error) {
      assert.ok(error instanceof InvalidInputError, String(error));
      for (const pin of PINS) assert.ok(!error.message.includes(pin), 'an error quotes an identity number');
      return { code: error.code, paths: (error.facts.problems ?? []).map(({ path }) => path), error };
    }
    return { code: undefined, paths: [], error: undefined };
  }
  const pathsIn = async (request: unknown) => (await mistakesIn(request)).paths;

  it('becomes the content of a job, with every absent part left out', async () => {
    const { reference, documents, terms } = await prepare(requestWith({ reference: 'lease-1' }));
    assert.equal(reference, 'lease-1');
    assert.deepEqual(documents, [
      {
        name: 'lease.pdf',
        title: 'lease',
        titleFromFileName: true,
        mediaType: 'application/pdf',
        content,
        pdf: { version: '1.7', isPdfA: false, pages: 1, warnings: [] },
      },
    ]);
    assert.deepEqual(terms, {
      title: 'Lease',
      signers: [
        { personalIdentificationNumber: PINS[0], notifications: { emailAddress: 'one@example.com' } },
        { order: 1, notifications: { emailAddress: 'two@example.com', mobileNumber: '+4799999999' } },
      ],
      pollingQueue: 'signering-workflows',
    });
  });

  it('needs a reference, so that a repeated call is the same job', async () => {
    assert.deepEqual(await pathsIn(requestWith({ reference: undefined })), ['reference']);
  });

  it('may use every part, and means the same however the activation time is written', async () => {
    const request = requestWith({
      reference: 'Lease/2026 #1',
      nonsensitiveTitle: 'A lease',
      description: 'Please sign.',
      documents: [{ file: join(folder, 'lease.pdf'), title: 'The lease' }],
      signers: [
        {
          personalIdentificationNumber: PINS[0],
          useContactRegister: 'EMAIL_AND_SMS',
          onBehalfOf: 'SELF',
          signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
        },
      ],
      availableSeconds: 7_776_000,
      activationTime: '2026-03-01T09:00:00+01:00',
      requiredAuthentication: 3,
      identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME',
      pollingQueue: 'ours',
    });
    const { reference, documents, terms } = await prepare(request);
    assert.equal(reference, 'Lease/2026 #1');
    assert.deepEqual(
      documents.map(({ name, title }) => [name, title]),
      [['lease.pdf', 'The lease']],
    );
    assert.deepEqual(terms.availability, {
      activationTime: '2026-03-01T08:00:00.000Z',
      availableSeconds: 7_776_000,
    });
    assert.deepEqual(terms.signers[0]?.notificationsUsingLookup, { sms: true });
    assert.equal(terms.signers[0].notifications, undefined);
    const asDate = await prepare({ ...request, activationTime: new Date('2026-03-01T08:00:00Z') });
    assert.deepEqual(asDate.terms, terms);
  });

  it('is activated between 1970 and 365 days from now, however the time is written', async () => {
    const DAY_MS = 24 * 60 * 60 * 1000;
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
    const pathsAt = (activationTime: Date | string) => pathsIn(requestWith({ activationTime }));
    for (const time of [inDays(364), inDays(364).toISOString(), inDays(-1), '1970-01-01T00:00:00Z']) {
      assert.deepEqual(await pathsAt(time), [], String(time));
    }
    for (const time of [
      inDays(366),
      '9999-12-31T00:00:00Z',
      '9999-12-31T23:59:59-14:00',
      new Date(8.64e15),
      new Date(-1),
      '0000-01-01T00:00:00Z',
    ]) {
      assert.deepEqual(await pathsAt(time), ['activationTime'], String(time));
    }
  });

  it('has every mistake named in one go, with its path', async () => {
    const { code, paths } = await mistakesIn({
      reference: ` ${PINS[0]!}`,
      title: 'x'.repeat(81),
      nonsensitiveTitle: `about ${PINS[0]!}`,
      description: 'x'.repeat(221),
      documents: [
        { file: join(folder, 'nowhere.pdf') },
        { file: join(folder, 'notes.pdf') },
        { file: folder },
        {},
        { content, name: `${PINS[0]!}.pdf` },
      ],
      signers: [
        { personalIdentificationNumber: '123' },
        { personalIdentificationNumber: PINS[0], useContactRegister: 'EMAIL', onBehalfOf: 'OTHER' },
        { emailAddress: 'nowhere', order: 10 },
        { personalIdentificationNumber: PINS[0], mobileNumber: '12' },
        'nobody',
      ],
      availableSeconds: 7_776_001,
      activationTime: '2026-03-01T09:00:00',
      requiredAuthentication: 2,
      identifierInSignedDocuments: 'ALL',
      pollingQueue: '',
      colour: 'blue',
    });
    assert.equal(code, 'INVALID_REQUEST');
    const expected = [
      'reference',
      'title',
      'nonsensitiveTitle',
      'description',
      'documents[0].file',
      'documents[1]',
      'documents[2].file',
      'documents[3]',
      'documents[4].name',
      'signers[0].personalIdentificationNumber',
      'signers[0]',
      'signers[1].useContactRegister',
      'signers[2].emailAddress',
      'signers[2].order',
      'signers[3].mobileNumber',
      'signers[3]',
      'signers[4]',
      'availableSeconds',
      'activationTime',
      'requiredAuthentication',
      'identifierInSignedDocuments',
      'pollingQueue',
      'request',
    ];
    for (const path of expected) assert.ok(paths.includes(path), `${path} is not named`);
    for (const path of paths) assert.ok(expected.includes(path), `${path} is named`);
  });

  it('of one to ten signers and one to twenty documents is taken, and no other', async () => {
    const signers = (count: number) => signersWith(...Array.from({ length: count }, () => ({})));
    const documents = (count: number) =>
      requestWith({
        documents: Array.from({ length: count }, (_, index) => ({ content, title: `${index}` })),
      });
    assert.deepEqual(await pathsIn(signers(10)), []);
    assert.deepEqual(await pathsIn(signers(11)), ['signers']);
    assert.deepEqual(await pathsIn(signers(0)), ['signers']);
    assert.deepEqual(await pathsIn(documents(20)), []);
    assert.deepEqual(await mistakesIn(documents(21)).then(({ code, paths }) => [code, paths]), [
      'DOCUMENT_NOT_ACCEPTED',
      ['documents'],
    ]);
    assert.deepEqual(await pathsIn(documents(0)), ['documents']);
  });

  it('has a separate code where only the documents are wrong', async () => {
    const notes = { file: join(folder, 'notes.pdf') };
    const onlyDocuments = await mistakesIn(requestWith({ documents: [notes, { content }] }));
    assert.deepEqual([onlyDocuments.code, onlyDocuments.paths], ['DOCUMENT_NOT_ACCEPTED', ['documents[0]']]);
    const more = await mistakesIn(requestWith({ documents: [notes], title: '' }));
    assert.equal(more.code, 'INVALID_REQUEST');
    assert.deepEqual(new Set(more.paths), new Set(['title', 'documents[0]']));
  });

  it('is refused with a file that is too large', async () => {
    const file = join(folder, 'large.pdf');
    await writeFile(file, Buffer.alloc(10_485_761));
    const { code, paths } = await mistakesIn(requestWith({ documents: [{ file }] }));
    assert.deepEqual([code, paths], ['DOCUMENT_NOT_ACCEPTED', ['documents[0]']]);
  });

  it('needs documents whose titles differ', async () => {
    const twice = [{ content }, { content, title: 'document-1' }];
    assert.deepEqual(await pathsIn(requestWith({ documents: twice })), ['documents[1].title']);
  });

  it('gives either a file or its bytes', async () => {
    const both = [{ content, file: join(folder, 'lease.pdf') }];
    assert.deepEqual(await pathsIn(requestWith({ documents: both })), ['documents[0]']);
  });

  it('counts characters, not UTF-16 units, and refuses what XML cannot hold', async () => {
    assert.deepEqual(await pathsIn(requestWith({ title: '𝒜'.repeat(80) })), []);
    assert.deepEqual(await pathsIn(requestWith({ title: '𝒜'.repeat(81) })), ['title']);
    for (const title of ['a\u0000', 'a\uFFFE', 'a\uD800', '   ']) {
      assert.deepEqual(await pathsIn(requestWith({ title })), ['title']);
    }
  });

  it('reaches every signer', async () => {
    const pin = { personalIdentificationNumber: PINS[0], emailAddress: undefined };
    assert.deepEqual(await pathsIn(signersWith(pin)), ['signers[0]']);
    assert.deepEqual(await pathsIn(signersWith({ emailAddress: undefined })), ['signers[0]']);
    assert.deepEqual(await pathsIn(signersWith({ ...pin, mobileNumber: '99999999' })), []);
    assert.deepEqual(await pathsIn(signersWith({ ...pin, useContactRegister: 'EMAIL' })), []);
  });

  it('asks the contact register only about persons who sign for themselves and have no address given', async () => {
    const lookup = {
      personalIdentificationNumber: PINS[0],
      emailAddress: undefined,
      useContactRegister: 'EMAIL',
    };
    assert.deepEqual(await pathsIn(signersWith({ ...lookup, onBehalfOf: 'OTHER' })), [
      'signers[0].useContactRegister',
    ]);
    assert.deepEqual(await pathsIn(signersWith({ ...lookup, mobileNumber: '99999999' })), [
      'signers[0].mobileNumber',
    ]);
    assert.deepEqual(await pathsIn(signersWith({ ...lookup, personalIdentificationNumber: undefined })), [
      'signers[0].useContactRegister',
    ]);
  });

  it('refuses a signer who is listed twice', async () => {
    const pin = { personalIdentificationNumber: PINS[0] };
    assert.deepEqual(await pathsIn(signersWith(pin, { personalIdentificationNumber: PINS[1] }, pin)), [
      'signers[2]',
    ]);
    const [one, same] = ['Same@example.com', 'same@example.com'].map((emailAddress) => ({ emailAddress }));
    assert.deepEqual(await pathsIn(signersWith(one!, same!)), ['signers[1]']);
    assert.deepEqual(await pathsIn(signersWith(one!, { ...same!, mobileNumber: '99999999' })), []);
  });

  it('shows identity numbers only of signers who are addressed by them', async () => {
    const pin = { personalIdentificationNumber: PINS[0] };
    const shown = { identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' };
    assert.deepEqual(await pathsIn({ ...signersWith(pin, {}), ...shown }), [
      'signers[1].personalIdentificationNumber',
    ]);
    assert.deepEqual(await pathsIn({ ...signersWith(pin), ...shown }), []);
  });

  it('cannot have an advanced signature that shows the name alone', async () => {
    const advanced = { signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' };
    assert.deepEqual(await pathsIn({ ...signersWith(advanced), identifierInSignedDocuments: 'NAME' }), [
      'signers[0].signatureType',
    ]);
  });

  it('needs a name where the file itself is named by an identity number', async () => {
    const file = join(folder, `${PINS[0]!}.pdf`);
    await writeFile(file, content);
    assert.deepEqual(await pathsIn(requestWith({ documents: [{ file }] })), ['documents[0].name']);
    assert.deepEqual(await pathsIn(requestWith({ documents: [{ file, name: 'lease.pdf' }] })), []);
  });

  it('is refused where the name of a file gives a title that signers could not read', async () => {
    for (const [name, path] of [
      ['a\u000Bb.pdf', 'documents[0].name'],
      ['a\u001Bb.pdf', 'documents[0].name'],
      ['\u200E.pdf', 'documents[0].title'],
      [' .pdf', 'documents[0].title'],
    ] as const) {
      const file = join(folder, name);
      await writeFile(file, content);
      const { code, error } = await mistakesIn(requestWith({ documents: [{ file }] }));
      assert.equal(code, 'INVALID_REQUEST');
      assert.deepEqual(await pathsIn(requestWith({ documents: [{ file }] })), [path]);
      assert.match(error.message, /: the (?:title taken from the )?file's .* rename the file, or give a/u);
      const named = { file, name: 'lease.pdf', title: 'Lease' };
      assert.deepEqual(await pathsIn(requestWith({ documents: [named] })), []);
    }
  });

  it('reads no more of a document than a job may have, of a file without a size too', async () => {
    const { code, error } = await mistakesIn(
      requestWith({ documents: [{ file: '/dev/zero', name: 'a.pdf' }] }),
    );
    assert.equal(code, 'DOCUMENT_NOT_ACCEPTED');
    assert.match(error.message, /documents\[0\]: has more than 10485760 bytes/u);
  });

  it('names a member that it does not know with the one that may be meant, and nothing that follows from it', async () => {
    for (const [request, expected] of [
      [
        { ...validRequest(content), title: undefined, titel: 'Lease' },
        'request: has no member "titel", did you mean title?',
      ],
      [
        signersWith({ emailAddress: undefined, emialAddress: 'a@example.com' }),
        'signers[0]: has no member "emialAddress", did you mean emailAddress?',
      ],
      [
        signersWith({ emailAddress: undefined, email: 'a@example.com' }),
        'signers[0]: has no member "email", did you mean emailAddress?',
      ],
      [
        requestWith({ documents: [{ fiel: 'a.pdf' }] }),
        'documents[0]: has no member "fiel", did you mean file?',
      ],
      [
        signersWith({ emailAddress: undefined, pin: '1' }),
        'signers[0]: has no member "pin", did you mean personalIdentificationNumber?',
      ],
      [
        requestWith({ signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' }),
        'request: has no member "signatureType": it belongs in signers[…]',
      ],
      [
        signersWith({ requiredAuthentication: 4 }),
        'signers[0]: has no member "requiredAuthentication": it belongs in request',
      ],
      // 14 days in milliseconds.
      ...[Infinity, 1.5, 0, 7_776_001, 1_209_600_000].map((availableSeconds): [unknown, string] => [
        requestWith({ availableSeconds }),
        'availableSeconds: must be whole seconds, from 1 to 7776000 (90 days), not milliseconds',
      ]),
      [requestWith({ colour: 'blue' }), 'request: has no member "colour"'],
      [
        requestWith({ [`${'x'.repeat(34)} 01017012345`]: true }),
        `request: has no member "${'x'.repeat(34)} 01***…"`,
      ],
      [
        requestWith({ documents: ['a.pdf'] }),
        "documents[0]: must be an object such as { file: 'contract.pdf' }",
      ],
      [requestWith({ documents: 'a.pdf' }), 'documents: must be a list of documents'],
      [
        requestWith({ signers: ['a@example.com'] }),
        "signers[0]: must be an object such as { emailAddress: 'name@example.com' }",
      ],
    ] as const) {
      const { error } = await mistakesIn(request);
      assert.deepEqual(
        error?.facts.problems?.map(({ path, message }) => `${path}: ${message}`),
        [expected],
      );
    }
    const { error } = await mistakesIn(requestWith({ [PINS[0]!]: 1 }));
    assert.equal(error?.facts.problems?.length, 1);
  });

  it('says of a time without an offset that the offset is missing', async () => {
    for (const activationTime of ['2026-03-01T09:00:00', 'soon', 7, new Date(Number.NaN)]) {
      const { error } = await mistakesIn(requestWith({ activationTime }));
      assert.match(
        error?.message ?? '',
        /activationTime: must be a Date, or ISO 8601 with an offset such as 2026-03-01T09:00:00\+01:00$/u,
      );
    }
  });

  it('is refused with a message for any kind of value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), fc.anything(), async (any, signers, documents) => {
        for (const request of [any, requestWith({ signers }), requestWith({ documents: [documents] })]) {
          const { code } = await mistakesIn(request);
          assert.ok(code === 'INVALID_REQUEST' || code === 'DOCUMENT_NOT_ACCEPTED');
        }
      }),
      { numRuns: 300 },
    );
  });
});
