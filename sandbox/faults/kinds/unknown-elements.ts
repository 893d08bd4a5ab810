import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';
import { MESSAGE_OPERATIONS } from '../fault-moment.js';

const FIRST =
  '<x:later xmlns:x="urn:example:later" x:since="2.9"><x:part>1</x:part></x:later><!-- and a comment -->';
const LAST = '<signature-job-colour>blue</signature-job-colour>';

/** A later version of the service: elements and attributes that current clients do not know. */
export const unknownElements = defineFault({
  name: 'unknownElements',
  operations: MESSAGE_OPERATIONS,
  purpose: 'the message has elements and attributes of a later version',
  settings: {},
  effect: () =>
    faultOfContent((content) => {
      const xml = content
        .toString('utf8')
        .replace(
          /(<[a-z][a-z-]*)([^>]*>)/u,
          (_root, name: string, rest: string) => `${name} later="yes"${rest}${FIRST}`,
        )
        .replace(/(<\/[a-z-]+>\s*)$/u, (end) => `${LAST}${end}`);
      return { body: Buffer.from(xml) };
    }),
});
