import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentDigest, differencesBetween } from '@signering/client/internal/content-digest.js';
import type { DirectJobContent, Flow, PortalJobContent } from '@signering/contract';
import { codeBlocks } from '../docs/markdown.js';
import { readProjectFile } from '../docs/project-files.js';
import { seeded } from '../seed.js';
import { PINS } from './requests.js';

const JOB: PortalJobContent = {
  title: 'Lease',
  documents: [
    { sha256: 'a'.repeat(64), size: 1, name: 'a.pdf', mediaType: 'application/pdf', title: 'A' },
    { sha256: 'b'.repeat(64), size: 2, name: 'b.pdf', mediaType: 'application/pdf', title: 'B' },
  ],
  signers: [
    { personalIdentificationNumber: PINS[0]!, notifications: { emailAddress: 'one@example.com' } },
    { personalIdentificationNumber: PINS[1]!, notifications: { emailAddress: 'two@example.com' }, order: 1 },
  ],
  availability: { availableSeconds: 3600 },
  pollingQueue: 'signering-workflows',
};
const [DOCUMENT, OTHER_DOCUMENT] = JOB.documents as [(typeof JOB.documents)[0], (typeof JOB.documents)[0]];
const [SIGNER, OTHER_SIGNER] = JOB.signers as [(typeof JOB.signers)[0], (typeof JOB.signers)[0]];
const { availability: _, ...WITHOUT_AVAILABILITY } = JOB;

const EXIT_URLS = {
  completionUrl: 'https://www.example.com/completed?reference=a&exit_proof=abcdefghijklmnopqrst-_',
  rejectionUrl: 'https://www.example.com/rejected',
  errorUrl: 'https://www.example.com/error',
};
const DIRECT: DirectJobContent = {
  title: 'Lease',
  documents: JOB.documents,
  signers: [{ identifier: { signerIdentifier: 'customer-1' } }],
  exitUrls: EXIT_URLS,
};

/** The same data with every object's members in another order. */
function shuffled<T>(value: T, order: (count: number) => number): T {
  if (Array.isArray(value)) return value.map((part: unknown) => shuffled(part, order)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const rest = Object.entries(value);
  const members: [string, unknown][] = [];
  while (rest.length > 0) {
    const [[name, part]] = rest.splice(order(rest.length), 1) as [[string, unknown]];
    members.push([name, shuffled(part, order)]);
  }
  return Object.fromEntries(members) as T;
}

describe('content digest', () => {
  it('is frozen: it is that of the published test vectors', () => {
    const [block] = codeBlocks(readProjectFile('docs/other-languages.md'), 'json').filter((json) =>
      json.includes('"digest"'),
    );
    const vectors = JSON.parse(block ?? '[]') as readonly {
      readonly flow: Flow;
      readonly job: PortalJobContent;
      readonly digest: string;
    }[];
    assert.ok(vectors.length >= 6);
    for (const { flow, job, digest } of vectors) assert.equal(contentDigest(flow, job), digest);
  });

  it('is the same in any order of the members', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1000)), (stream) => {
        const order = (count: number) => Number(stream.next().value) % count;
        assert.equal(contentDigest('PORTAL', shuffled(JOB, order)), contentDigest('PORTAL', JOB));
      }),
      seeded({ numRuns: 100 }),
    );
  });

  const SAME: readonly (readonly [string, PortalJobContent, PortalJobContent])[] = [
    ['another polling queue', JOB, { ...JOB, pollingQueue: 'other' }],
    ['another file name', JOB, { ...JOB, documents: [{ ...DOCUMENT, name: 'tmp-83.pdf' }, OTHER_DOCUMENT] }],
    [
      'another title that comes from a file name',
      { ...JOB, documents: [{ ...DOCUMENT, titleFromFileName: true }] },
      { ...JOB, documents: [{ ...DOCUMENT, titleFromFileName: true, title: 'tmp-83' }] },
    ],
    ['order 0', JOB, { ...JOB, signers: [{ ...SIGNER, order: 0 }, OTHER_SIGNER] }],
    ['on behalf of SELF', JOB, { ...JOB, signers: [{ ...SIGNER, onBehalfOf: 'SELF' }, OTHER_SIGNER] }],
    ['security level 4', JOB, { ...JOB, requiredAuthentication: 4 }],
    ['30 days', WITHOUT_AVAILABILITY, { ...JOB, availability: { availableSeconds: 2_592_000 } }],
    ['an empty availability', WITHOUT_AVAILABILITY, { ...JOB, availability: {} }],
    ['empty metadata', JOB, { ...JOB, metadata: {} }],
    [
      'metadata in another order',
      { ...JOB, metadata: { case: '1', 'case.part': '2' } },
      { ...JOB, metadata: { 'case.part': '2', case: '1' } },
    ],
  ];
  for (const [what, one, other] of SAME) {
    it(`is the same with ${what}`, () => {
      assert.equal(contentDigest('PORTAL', other), contentDigest('PORTAL', one));
      assert.deepEqual(differencesBetween(one, other), []);
    });
  }

  it('is the same with exit URLs at another host and with another proof', () => {
    const exitUrls = { ...EXIT_URLS, completionUrl: 'https://new.example.com/completed?reference=a' };
    assert.equal(contentDigest('DIRECT', { ...DIRECT, exitUrls }), contentDigest('DIRECT', DIRECT));
  });

  const DIFFERENT: readonly (readonly [readonly string[], PortalJobContent])[] = [
    [['title'], { ...JOB, title: 'Lease.' }],
    [['description'], { ...JOB, description: '' }],
    [['requiredAuthentication'], { ...JOB, requiredAuthentication: 3 }],
    [
      ['documents[0].content', 'documents[0].title', 'documents[1].content', 'documents[1].title'],
      {
        ...JOB,
        documents: [OTHER_DOCUMENT, DOCUMENT],
      },
    ],
    [
      ['documents[0].content'],
      { ...JOB, documents: [{ ...DOCUMENT, sha256: 'c'.repeat(64) }, OTHER_DOCUMENT] },
    ],
    [
      ['documents[0].title'],
      { ...JOB, documents: [{ ...DOCUMENT, titleFromFileName: true }, OTHER_DOCUMENT] },
    ],
    [['documents[1]'], { ...JOB, documents: [DOCUMENT] }],
    [['signers[1]'], { ...JOB, signers: [SIGNER] }],
    [
      ['signers[0].emailAddress'],
      {
        ...JOB,
        signers: [{ ...SIGNER, notifications: { emailAddress: 'x@example.com' } }, OTHER_SIGNER],
      },
    ],
    [['signers[1].order'], { ...JOB, signers: [SIGNER, { ...OTHER_SIGNER, order: 2 }] }],
    [['availableSeconds'], { ...JOB, availability: { availableSeconds: 3601 } }],
    [['availableSeconds'], WITHOUT_AVAILABILITY],
    [['metadata'], { ...JOB, metadata: { 'case.number': '2026/17' } }],
  ];
  for (const [differences, other] of DIFFERENT) {
    it(`differs with ${differences.join(', ')}, which are named without their values`, () => {
      assert.notEqual(contentDigest('PORTAL', other), contentDigest('PORTAL', JOB));
      assert.deepEqual(differencesBetween(JOB, other), differences);
    });
  }

  it('differs with the status retrieval method of a direct job, and not with the name of its queue', () => {
    const polling = { ...DIRECT, pollingQueue: 'contracts' };
    assert.notEqual(contentDigest('DIRECT', polling), contentDigest('DIRECT', DIRECT));
    assert.deepEqual(differencesBetween(DIRECT, polling), ['statusRetrievalMethod']);
    const elsewhere = { ...DIRECT, pollingQueue: 'other' };
    assert.equal(contentDigest('DIRECT', elsewhere), contentDigest('DIRECT', polling));
    assert.deepEqual(differencesBetween(polling, elsewhere), []);
  });

  it('differs between the two flows', () => {
    assert.notEqual(contentDigest('DIRECT', JOB), contentDigest('PORTAL', JOB));
    assert.deepEqual(differencesBetween(JOB, DIRECT), ['flow']);
  });

  it('names a signer by the members of the request', () => {
    const { notifications: _, ...signer } = SIGNER;
    const looked = {
      ...JOB,
      signers: [{ ...signer, notificationsUsingLookup: { sms: true } }, OTHER_SIGNER],
    };
    assert.deepEqual(differencesBetween(JOB, looked), [
      'signers[0].emailAddress',
      'signers[0].useContactRegister',
    ]);
    const named = { ...DIRECT, signers: [{ identifier: { personalIdentificationNumber: PINS[0]! } }] };
    assert.deepEqual(differencesBetween(DIRECT, named), [
      'signers[0].personalIdentificationNumber',
      'signers[0].signerIdentifier',
    ]);
  });
});
