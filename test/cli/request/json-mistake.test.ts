import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findJsonMistake } from '@signering/cli/internal/request/json-mistake.js';

const REQUEST = JSON.stringify(
  {
    title: 'A "quoted" title\n',
    documents: [{ file: 'a.pdf' }, { content: 'JVBERi0=', name: 'b.pdf' }],
    signers: [{ emailAddress: 'kari@example.com', order: 1 }],
    availableSeconds: -1.5e3,
    empty: [{}, [], null, true],
  },
  undefined,
  2,
);

describe('the mistake in a text that is not JSON', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['{"title": x,\n\n\n"a": 1}', '1:11 in title', 'a value'],
    ['{\n "a": [1,],\n "b": 2}', '2:10 in a[1]', 'a value'],
    ['{\n "a": 1,\n}', '3:1', 'the name of a member'],
    ['{"a": 1\n "signers": []}', '2:2 in a', 'a comma or the closing bracket'],
    ['{"signers": [{"order": 1}\n {"order" 2}]}', '2:2 in signers[0]', 'a comma or'],
    ['{"signers": [{"order": 1},\n {"order" 2}]}', '2:11 in signers[1].order', 'a colon'],
    ['// a comment\n{}', '1:1', 'a value'],
    ["{'title': 1}", '1:2', 'the name of a member'],
    ['{"title": "A\nB"}', '1:13 in title', 'a closing double quote'],
    ['{"file": "C:\\Users"}', '1:13 in file', 'a closing double quote'],
    ['{"title": "A', '1:13 in title', 'a closing double quote'],
    ['{"a": 1} {}', '1:10', 'the end of the text'],
    ['{"a": 012}', '1:8 in a', 'a comma or'],
    ['{"a": [1}', '1:9 in a[0]', 'a comma or'],
    ['{"14838500073": x}', '1:17 in …', 'a value'],
  ];
  for (const [text, place, expected] of cases) {
    it(`${JSON.stringify(text)}: ${place}`, () => {
      assert.throws(() => JSON.parse(text) as unknown);
      const found = findJsonMistake(text);
      const member = found.member === undefined ? '' : ` in ${found.member}`;
      assert.equal(`${found.line}:${found.column}${member}`, place);
      assert.ok(found.expected.startsWith(expected), found.expected);
    });
  }

  it('is at the position that JSON.parse reports, after an incomplete text', () => {
    fc.assert(
      fc.property(
        fc.nat(REQUEST.length - 1),
        fc.constantFrom('', '"', ',', ':', '}', ']', '{', '[', 'x', '0', '\\', '\n', ' '),
        (at, put) => {
          const text = REQUEST.slice(0, at) + put + REQUEST.slice(at + 1);
          const error = refusalOf(text);
          if (error === undefined) return;
          const { line, column, expected } = findJsonMistake(text);
          const offset =
            text
              .split('\n')
              .slice(0, line - 1)
              .join('\n').length +
            (line > 1 ? 1 : 0) +
            column -
            1;
          const [, position] = /at position (\d+)/u.exec(error) ?? [];
          if (position !== undefined && /^(?:Expected|Bad control)/u.test(error)) {
            assert.equal(offset, Number(position), `${error}\n${text}`);
          }
          const isWhole = refusalOf(text.slice(0, offset)) === undefined;
          assert.equal(isWhole, expected === 'the end of the text', text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is found behind a document of 20 MB in base64', () => {
    const text = `{"documents": [{"content": "${'JVBE'.repeat(5_000_000)}"},]}`;
    assert.equal(findJsonMistake(text).member, 'documents[1]');
  });
});

function refusalOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
