import assert from 'node:assert/strict';
import { processorMs, slowness } from '../../processor-time.js';
import { InvalidMessageError, readServiceError, validateMessage } from '@signering/schema/xml';

const NAMESPACE = 'http://signering.posten.no/schema/v1';
const error = (message: string, before = '') =>
  `${before}<error xmlns="${NAMESPACE}"><error-code>C</error-code><error-message>${message}</error-message>` +
  '<error-type>CLIENT</error-type></error>';

const BILLION_LAUGHS = error(
  '&lol9;',
  `<!DOCTYPE error [<!ENTITY lol "lol">${Array.from(
    { length: 9 },
    (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level || ''};`.repeat(10)}">`,
  ).join('')}]>`,
);

const HOSTILE: Readonly<Record<string, string>> = {
  'entities that expand without end': BILLION_LAUGHS,
  'an external entity': error('&file;', '<!DOCTYPE error [<!ENTITY file SYSTEM "file:///etc/hostname">]>'),
  'an external DTD': error('x', '<!DOCTYPE error SYSTEM "http://localhost:9/error.dtd">'),
  'a DTD behind a comment': error('x', '<!-- > --><?p >?><!DOCTYPE error>'),
  'a self-declared entity': error('&file;'),
  'deep nesting': error('<a>'.repeat(10_000) + '</a>'.repeat(10_000)),
  'deep nesting that never ends': '<a>'.repeat(60_000),
  'great length': error('x'.repeat(262_144)),
  'a hundred megabytes': 'x'.repeat(100_000_000),
  'thousands of open tags': '<'.repeat(200_000),
  'an attribute that never ends': `<a b="${' c'.repeat(100_000)}`,
  'a comment that never ends': `<!--${'-'.repeat(200_000)}`,
  'comments within comments': '<!--'.repeat(60_000),
  'CDATA sections that never end': '<![CDATA['.repeat(25_000),
  'instructions that never end': '<?'.repeat(100_000),
  ampersands: error('&'.repeat(200_000)),
  'names out of the language': error('<__proto__ constructor="1"/>'.repeat(10) + '&#0;'),
  'two documents': error('x') + error('x'),
  'a character that XML does not allow': error('&#x1F;'),
  'a null character in the text': error('a\0b'),
  'a null character behind the end': `${error('x')}\0`,
};

describe('hostile XML', () => {
  for (const [name, xml] of Object.entries(HOSTILE)) {
    it(`with ${name} is rejected in bounded time`, () => {
      const inputs = [xml, Buffer.from(xml)];
      const bound = 2000 * slowness();
      const start = processorMs();
      for (const read of [readServiceError, validateMessage]) {
        for (const input of inputs) assert.throws(() => read(input), { code: 'UNREADABLE_XML' });
      }
      const took = processorMs() - start;
      assert.ok(took < bound, `${took} ms`);
    });
  }

  it('that is only long and unusual is read in bounded time', () => {
    const padding = [
      '<b c="1"/>'.repeat(20_000),
      ' '.repeat(200_000),
      '&amp;'.repeat(40_000),
      '<!-- - -->'.repeat(20_000),
      `<b ${Array.from({ length: 15_000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
      ']]'.repeat(100_000),
    ];
    const messages = padding.map((message) => error(message));
    const bound = 10_000 * slowness();
    const start = processorMs();
    for (const message of messages) readServiceError(message);
    const took = processorMs() - start;
    assert.ok(took < bound, `${took} ms`);
  });

  it('with thousands of mistakes is rejected with the first ones in bounded time', () => {
    const attributes = Array.from({ length: 10_000 }, (_, index) => `a${index}=""`).join(' ');
    const bound = 5000 * slowness();
    const start = processorMs();
    for (const message of ['<b/>'.repeat(30_000), `<b ${attributes}/>`]) {
      const xml = error('x').replace('<error ', `<error ${attributes} `).replace('>x<', `>${message}<`);
      assert.throws(
        () => validateMessage(xml),
        (refusal) => refusal instanceof InvalidMessageError && (refusal.facts.problems?.length ?? 0) <= 50,
      );
    }
    const took = processorMs() - start;
    assert.ok(took < bound, `${took} ms`);
  });

  it('cannot supply its own schema', () => {
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    for (const location of [
      'signering-schema/values.xsd',
      'file:///etc/hostname',
      'http://localhost:9/a.xsd',
    ]) {
      assert.throws(
        () =>
          validateMessage(
            error('x').replace(
              '<error ',
              `<error ${xsi} other="1" xsi:schemaLocation="${NAMESPACE} ${location}" `,
            ),
          ),
        { code: 'INVALID_MESSAGE' },
      );
    }
  });
});
