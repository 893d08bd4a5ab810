import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDirectSigners, parseSignerChoice } from '@signering/cli/internal/syntax/direct-signer.js';

// Synthetic: 80 is added to the month.
const PIN = '30859100003';

function problemsOf(...texts: readonly string[]): readonly string[] {
  return parseDirectSigners(texts).problems.map(({ path, message }) => `${path} ${message}`);
}

describe('a signer of the direct flow on the command line', () => {
  it('is written with the sender’s identifier or an identity number', () => {
    assert.deepEqual(parseDirectSigners(['id:CUSTOMER:1,on-behalf-of=OTHER', `pin:${PIN}`]), {
      signers: [
        { signerIdentifier: 'CUSTOMER:1', onBehalfOf: 'OTHER' },
        { personalIdentificationNumber: PIN },
      ],
      problems: [],
    });
  });

  it('has no notifications, no order and no contact information', () => {
    assert.match(
      problemsOf('email:a@b.no')[0] ?? '',
      /^--signer 1 cannot be identified by contact information/u,
    );
    assert.match(
      problemsOf('id:A', 'mobile:99999999')[0] ?? '',
      /^--signer 2 cannot be identified by contact/u,
    );
    assert.match(problemsOf('id:A,email=a@b.no')[0] ?? '', /email= belongs to the portal flow/u);
    assert.match(
      problemsOf('id:A,order=1')[0] ?? '',
      /order= belongs to the portal flow: .* decides the order/u,
    );
  });

  it('has its mistakes reported by position', () => {
    assert.match(problemsOf('CUSTOMER-1')[0] ?? '', /^--signer 1 must be written id:YOUR-IDENTIFIER/u);
    assert.match(problemsOf('pin:123')[0] ?? '', /followed by the 11 digits/u);
    assert.match(
      problemsOf('id:A,role=B')[0] ?? '',
      /accepts only on-behalf-of=OTHER and signature-type=… after the first comma/u,
    );
    assert.match(problemsOf('id:A,on-behalf-of=ME')[0] ?? '', /SELF or OTHER/u);
    assert.equal(problemsOf('id:', 'pin:', '').length, 3);
  });

  it('is never quoted in a message, for any input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pin', 'id', 'email', ''),
        fc.constantFrom(':', '=', ' '),
        (scheme, sign) => {
          const text = `${scheme}${sign}${PIN}0,${PIN},x=${PIN},${PIN}=1`;
          assert.ok(!problemsOf(text).join().includes(PIN));
        },
      ),
    );
  });
});

describe('which signer of a job is meant', () => {
  it('is given by number, by the sender’s identifier or by identity number', () => {
    assert.deepEqual(['1', '10', 'id:7', `pin:${PIN}`].map(parseSignerChoice), [
      { signer: 1 },
      { signer: 10 },
      { signerIdentifier: '7' },
      { personalIdentificationNumber: PIN },
    ]);
    assert.deepEqual(['0', '', 'id:', 'pin:1', 'Kari'].map(parseSignerChoice), Array(5).fill(undefined));
  });
});
