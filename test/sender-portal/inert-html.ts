import assert from 'node:assert/strict';

/** Text that would run a script as HTML, in an attribute or as the end of an element. */
export const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}`;

const TAG = /<(?:!doctype html|\/?([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?)>/giu;
/** What a page of the portal never has. */
const FORBIDDEN = ['img', 'svg', 'object', 'embed', 'base', 'style', 'meta http-equiv'];

/** Fails for a page in which a text became a tag or an attribute. */
export function assertInert(html: string): void {
  for (const [tag, name = '', attributes = ''] of html.matchAll(TAG)) {
    assert.ok(!FORBIDDEN.includes(name.toLowerCase()), tag);
    assert.ok(!/\s(?:on\w+|style|srcdoc)(?:=|\s|$)/iu.test(attributes.replaceAll(/"[^"]*"/gu, '')), tag);
    assert.ok(!/(?:href|src|action)="\s*(?:javascript|data|vbscript):/iu.test(attributes), tag);
    if (name.toLowerCase() === 'script' && !tag.startsWith('</')) {
      assert.match(attributes, /^ src="\/assets\/[\w.-]+" (?:defer|type="module")$/u);
    }
  }
  assert.ok(!html.replaceAll(TAG, '').includes('<'), 'a text that begins a tag');
}
