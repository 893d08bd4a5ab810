import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSigners } from '@signering/cli/internal/syntax/signer.js';

// Synthetic: 80 is added to the month.
const PIN = '30859100003';

function problemsOf(...texts: readonly string[]): readonly string[] {
  return parseSigners(texts).problems.map(({ path, message }) => `${path} ${message}`);
}

describe('a signer on the command line', () => {
  it('is written with an identity number and every optional member', () => {
    const text = `pin:${PIN},email=kari@example.com,mobile=+4799999999,order=2,on-behalf-of=OTHER`;
    assert.deepEqual(parseSigners([text]), {
      signers: [
        {
          personalIdentificationNumber: PIN,
          emailAddress: 'kari@example.com',
          mobileNumber: '+4799999999',
          order: 2,
          onBehalfOf: 'OTHER',
        },
      ],
      problems: [],
    });
  });

  it('is written with contact information only', () => {
    assert.deepEqual(parseSigners(['email:ola@example.com,mobile=99999999', 'mobile:99999998']).signers, [
      { emailAddress: 'ola@example.com', mobileNumber: '99999999' },
      { mobileNumber: '99999998' },
    ]);
  });

  it('has its mistakes reported by position', () => {
    assert.match(problemsOf('kari@example.com')[0] ?? '', /^--signer 1 must be written pin:11DIGITS/u);
    assert.match(
      problemsOf('email:a@b.no', 'pin:123')[0] ?? '',
      /^--signer 2 pin: must be followed by the 11/u,
    );
    assert.match(problemsOf('email:a@b.no,order=10')[0] ?? '', /order= must be followed by a digit/u);
    assert.match(problemsOf('email:a@b.no,on-behalf-of=ME')[0] ?? '', /SELF or OTHER/u);
    assert.match(problemsOf('email:a@b.no,phone=1')[0] ?? '', /accepts only email=…/u);
    assert.match(problemsOf('email:a@b.no,mobile=')[0] ?? '', /mobile= must be followed by a value/u);
    assert.match(problemsOf('email:a@b.no,email=c@d.no')[0] ?? '', /repeats email/u);
    assert.equal(problemsOf('pin:', 'email:', ':x', '').length, 4);
  });

  it('is never quoted in a message, for any input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pin', 'PIN', 'pni', 'pin,', ''),
        fc.constantFrom(':', '=', ' '),
        (scheme, sign) => {
          const text = `${scheme}${sign}${PIN}0,${PIN},x=${PIN},${PIN}=1`;
          assert.ok(!problemsOf(text).join().includes(PIN));
        },
      ),
    );
  });
});
