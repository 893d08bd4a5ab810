import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';
import { MESSAGE_OPERATIONS } from '../fault-moment.js';

/** The answer is XML, but its elements are not closed in the order in which they were opened. */
export const malformedXml = defineFault({
  name: 'malformedXml',
  operations: MESSAGE_OPERATIONS,
  purpose: 'the response is not well-formed XML',
  settings: {},
  effect: () =>
    faultOfContent((content) => ({
      body: Buffer.from(
        content
          .toString('utf8')
          .replace('</signature-job-id>', '</signature-job>')
          .replace(/<\/[a-z-]+>\s*$/u, ''),
      ),
    })),
});
