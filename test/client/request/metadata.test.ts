import assert from 'node:assert/strict';
import { type DirectJobRequest, type PortalJobRequest } from '@signering/client';
import { prepareDirectJob, preparePortalJob } from '@signering/client/request';
import { InvalidInputError } from '@signering/schema';
import { PINS, pdfSaying, validRequest } from '../requests.js';

describe('metadata of a request', () => {
  let content: Uint8Array;
  before(async () => {
    content = await pdfSaying('Lease');
  });

  const prepare = (request: unknown) =>
    preparePortalJob(request as PortalJobRequest, { pollingQueue: 'signering-workflows' });
  const requestWith = (changes: Readonly<Record<string, unknown>>) => ({
    ...validRequest(content),
    ...changes,
  });

  it('are at most 20 texts under plain keys, in both flows', async () => {
    const twenty = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`key-${index}`, '😀'.repeat(200)]),
    );
    assert.deepEqual((await prepare(requestWith({ metadata: twenty }))).terms.metadata, twenty);
    // Values are encrypted, so an identity number is allowed in them.
    await prepare(requestWith({ metadata: { customer: PINS[0], empty: '', ['a'.repeat(40)]: 'x' } }));
    assert.equal((await prepare(requestWith({ metadata: {} }))).terms.metadata, undefined);
    const exitUrl = 'https://www.example.com/signed';
    const direct: DirectJobRequest = {
      ...validRequest(content),
      signers: [{ signerIdentifier: 'CUSTOMER-1' }],
      exitUrls: { completionUrl: exitUrl, rejectionUrl: exitUrl, errorUrl: exitUrl },
      metadata: twenty,
    };
    assert.deepEqual((await prepareDirectJob(direct, { pollingQueue: '' })).terms.metadata, twenty);
    const REFUSED: readonly (readonly [unknown, readonly string[]])[] = [
      [null, ['metadata']],
      [[], ['metadata']],
      ['caseNumber=1', ['metadata']],
      [{ ...twenty, more: '' }, ['metadata']],
      [
        { ['a'.repeat(41)]: '', '': '', 'a b': '', '1': '', good: '' },
        ['metadata', 'metadata', 'metadata', 'metadata'],
      ],
      [{ [`of-${PINS[0]!}`]: 1 }, ['metadata']],
      [JSON.parse('{ "__proto__": "x" }'), ['metadata']],
      [
        { long: 'x'.repeat(201), number: 1, nothing: undefined, big: 1n, control: '\u0000' },
        ['metadata.long', 'metadata.number', 'metadata.nothing', 'metadata.big', 'metadata.control'],
      ],
    ];
    for (const [metadata, expected] of REFUSED) {
      await assert.rejects(prepare(requestWith({ metadata })), (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.ok(!error.message.includes(PINS[0]!), 'an error quotes an identity number');
        const paths = error.problems.map(({ path }) => path);
        assert.deepEqual([error.code, paths], ['INVALID_REQUEST', expected]);
        return true;
      });
    }
  });
});
