import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStatusQueryToken } from '@signering/cli/internal/syntax/status-query-token.js';

describe('a status query token on the command line', () => {
  it('is found anywhere in the query of an exit URL, or alone', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((token) => token.trim() !== ''),
        (token) => {
          const encoded = encodeURIComponent(token);
          for (const text of [
            `https://shop.example/exit?status_query_token=${encoded}`,
            ` https://shop.example/exit?order=1&status_query_token=${encoded}&x=y#top\n`,
            `status_query_token=${encoded}`,
            encoded,
          ]) {
            assert.equal(parseStatusQueryToken(text), token, text);
          }
        },
      ),
    );
  });

  it('is not found in a URL without one, or in a sentence', () => {
    for (const text of [
      '',
      'https://shop.example/exit',
      'https://shop.example/exit?status_query_token=',
      'https://shop.example/?other_status_query_token=1',
      'the page was gone',
      '%',
    ]) {
      assert.equal(parseStatusQueryToken(text), undefined, text);
    }
  });
});
