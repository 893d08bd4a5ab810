import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentDigest } from '@signering/client/internal/content-digest.js';
import type { DirectJobContent, PortalJobContent } from '@signering/contract';
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
  it('is frozen: ledgers of years ago hold it', () => {
    const small: PortalJobContent = { title: 'T', documents: [], signers: [], pollingQueue: 'q' };
    assert.equal(
      contentDigest('PORTAL', small),
      '0d16cb5d46d836139a8574de378621ed08eb9bd8121879f11692e72aa4ebf3d6',
    );
  });

  it('is the same in any order of the members', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1000)), (stream) => {
        const order = (count: number) => Number(stream.next().value) % count;
        assert.equal(contentDigest('PORTAL', shuffled(JOB, order)), contentDigest('PORTAL', JOB));
      }),
    );
  });

  it('differs with every part, and with the order of documents and signers', () => {
    const others: PortalJobContent[] = [
      { ...JOB, title: 'Lease.' },
      { ...JOB, description: '' },
      { ...JOB, documents: [...JOB.documents].reverse() },
      { ...JOB, documents: [{ ...JOB.documents[0]!, sha256: 'c'.repeat(64) }, JOB.documents[1]!] },
      { ...JOB, signers: [...JOB.signers].reverse() },
      { ...JOB, signers: [JOB.signers[0]!] },
      { ...JOB, availability: { availableSeconds: 3601 } },
      { ...JOB, pollingQueue: 'other' },
    ];
    const digests = [JOB, ...others].map((job) => contentDigest('PORTAL', job));
    assert.equal(new Set([...digests, contentDigest('DIRECT', JOB)]).size, others.length + 2);
  });

  it('leaves the proofs in exit URLs out, and nothing else of them', () => {
    const proof = '&exit_proof=abcdefghijklmnopqrst-_';
    const url = 'https://www.example.com/signing/completed?reference=a';
    const digestOf = (completionUrl: string) =>
      contentDigest('DIRECT', {
        title: 'T',
        documents: [],
        signers: [],
        exitUrls: { completionUrl, rejectionUrl: `${url}${proof}`, errorUrl: `${url}${proof}` },
      } satisfies DirectJobContent);
    assert.equal(digestOf(`${url}${proof}`), digestOf(url));
    assert.equal(digestOf(`${url}&exit_proof=${'A'.repeat(22)}`), digestOf(url));
    for (const other of [`${url}&exit_proof=short`, `${url}${proof}&x=y`, `${url}b`, `${url}b${proof}`]) {
      assert.notEqual(digestOf(other), digestOf(url), other);
    }
  });
});
