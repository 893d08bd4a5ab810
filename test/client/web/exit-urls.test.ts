import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { makeExitUrls, type Exit } from '@signering/client/internal/web/exit-urls.js';
import { ExitProofs } from '@signering/client/internal/web/exit-proofs.js';
import { parseKeys } from '@signering/encryption';
import { exitVisitOf, readBroughtBack, readExitUrl } from '@signering/client/internal/web/exit-visit.js';
import { SigningError, whatIsWrongWithReference } from '@signering/schema';
import { seeded } from '../../seed.js';

const BASE = 'https://www.example.com/signing';
const PROOFS = new ExitProofs({
  organizationNumber: '910000007',
  keys: parseKeys(`test-1:${Buffer.alloc(32, 1).toString('base64')}`),
});

function exitUrlsOf(options: { readonly baseUrl: string; readonly reference: string }) {
  const { reference } = options;
  return makeExitUrls(options, (exit: Exit) => PROOFS.of({ exit, reference }));
}

/** Has the service send a browser back, and reads what it brings. */
function comeBack(url: string, token: string) {
  const visited = new URL(`${url}&status_query_token=${encodeURIComponent(token)}`);
  const { pathname, search } = visited;
  const read = readExitUrl(visited, { path: '/signing/' });
  assert.deepEqual(readExitUrl(`${pathname}${search}`), read);
  return read ?? {};
}

/** What is wrong with a query, by the name of the parameter. */
function problemsOf(query: string): Record<string, string> {
  try {
    readBroughtBack(query);
    return {};
  } catch (error) {
    assert.ok(error instanceof SigningError);
    assert.equal(error.code, 'INVALID_REQUEST');
    assert.doesNotMatch(inspect(error.facts) + error.message, /secret/u);
    return Object.fromEntries((error.facts.problems ?? []).map(({ path, message }) => [path, message]));
  }
}

describe('exit URLs', () => {
  it('are one for each way back, with the reference and a proof in the query', () => {
    const reference = 'loan/17 #2:a';
    const query = (exit: Exit) =>
      `reference=loan%2F17%20%232%3Aa&exit_proof=${PROOFS.of({ exit, reference })}`;
    assert.deepEqual(exitUrlsOf({ baseUrl: BASE, reference }), {
      completionUrl: `${BASE}/completed?${query('COMPLETED')}`,
      rejectionUrl: `${BASE}/rejected?${query('REJECTED')}`,
      errorUrl: `${BASE}/error?${query('ERROR')}`,
    });
  });

  it('are the same with a slash at the end of the base URL, and at the root of a site', () => {
    assert.deepEqual(
      exitUrlsOf({ baseUrl: `${BASE}/`, reference: 'a' }),
      exitUrlsOf({ baseUrl: BASE, reference: 'a' }),
    );
    const { errorUrl } = exitUrlsOf({ baseUrl: 'http://localhost:3000', reference: 'a' });
    assert.match(errorUrl, /^http:\/\/localhost:3000\/error\?reference=a&exit_proof=[\w-]{22}$/u);
    assert.deepEqual(exitVisitOf('/error?reference=a', ''), { exit: 'ERROR', query: 'reference=a' });
  });

  it('bring back any reference and any token just as they were', () => {
    const characters = fc.constantFrom(...'aZø9é._-/:# 世'.split(''));
    const references = fc
      .string({ unit: characters, minLength: 1, maxLength: 50 })
      .filter((text) => whatIsWrongWithReference(text) === undefined);
    const tokens = fc.string({ unit: fc.constantFrom(...'aZ0-_~+/=%&#. '.split('')), minLength: 1 });
    fc.assert(
      fc.property(references, tokens, (reference, token) => {
        const { rejectionUrl } = exitUrlsOf({ baseUrl: BASE, reference });
        assert.ok(rejectionUrl.length <= 500);
        assert.deepEqual(comeBack(rejectionUrl, token), {
          exit: 'REJECTED',
          reference,
          statusQueryToken: token,
          exitProof: PROOFS.of({ exit: 'REJECTED', reference }),
        });
      }),
      seeded({ numRuns: 300 }),
    );
  });

  it('are refused for references that no job can have, and base URLs that no browser can come to', () => {
    const refused = { code: 'INVALID_REQUEST' };
    for (const reference of ['', ' a', 'a?b', 'x'.repeat(51)]) {
      assert.throws(() => exitUrlsOf({ baseUrl: BASE, reference }), refused, reference);
    }
    const bases = [
      '/signing',
      'javascript:alert(1)',
      'https://a:b@example.com',
      `${BASE}?a=b`,
      `${BASE}#a`,
      `${BASE}#`,
    ];
    for (const baseUrl of bases) {
      assert.throws(() => exitUrlsOf({ baseUrl, reference: 'a' }), refused, baseUrl);
    }
  });

  it('have at most the 500 characters that the service takes', () => {
    const baseUrl = (characters: number) => `https://example.com/${'x'.repeat(characters - 20)}`;
    // "/completed?reference=a&exit_proof=" and 22 characters: the longest of the three.
    assert.equal(exitUrlsOf({ baseUrl: baseUrl(444), reference: 'a' }).completionUrl.length, 500);
    assert.throws(
      () => exitUrlsOf({ baseUrl: baseUrl(445), reference: 'a' }),
      /501 characters; the service takes 500/u,
    );
  });
});

describe('a visit of an exit URL', () => {
  it('is one at the exact path only', () => {
    for (const target of [
      '/',
      '/signing',
      '/signing/',
      '/completed',
      '/signing/completed/',
      '/signing/completed/x',
      '//signing/completed',
      '/SIGNING/completed',
      '/signing/other',
      '/signing/constructor',
    ]) {
      assert.equal(exitVisitOf(target, '/signing'), undefined, target);
    }
  });

  it('is found without the path of the base URL too, and only at the names of exit URLs', () => {
    const query = 'reference=a&status_query_token=b';
    assert.equal(readExitUrl(`https://www.example.com/error?${query}`)?.exit, 'ERROR');
    assert.equal(readExitUrl(`/a/b/rejected?${query}`)?.exit, 'REJECTED');
    for (const other of ['', 'completed', '/', `/a/other?${query}`, `/completed/?${query}`]) {
      assert.equal(readExitUrl(other), undefined, other);
    }
    assert.throws(() => readExitUrl('/completed?reference=a'), { code: 'INVALID_REQUEST' });
  });

  it('says of each parameter that is missing, empty, repeated or too long what is wrong, and quotes none', () => {
    assert.deepEqual(problemsOf(''), { reference: 'is missing', status_query_token: 'is missing' });
    assert.deepEqual(problemsOf('reference=a&status_query_token='), { status_query_token: 'is empty' });
    assert.deepEqual(problemsOf('reference=a&status_query_token=secret&status_query_token=secret'), {
      status_query_token: 'is repeated',
    });
    assert.deepEqual(problemsOf('reference=a&reference=b&status_query_token=secret'), {
      reference: 'is repeated',
    });
    assert.deepEqual(problemsOf(`reference=a&status_query_token=${'secret'.repeat(200)}`), {
      status_query_token: 'has more than 1000 characters',
    });
    assert.deepEqual(problemsOf(`reference=a&status_query_token=${'secret'.repeat(900)}`), {
      query: 'is too long',
    });
    assert.match(
      problemsOf('reference=secret%00&status_query_token=a')['reference'] ?? '',
      /may contain only letters/u,
    );
    assert.deepEqual(problemsOf('reference=a&status_query_token=secret%0d%0a'), {
      status_query_token: 'is not text',
    });
    assert.deepEqual(problemsOf('reference=a&status_query_token=secret%FF'), {
      status_query_token: 'is not text',
    });
  });
});
