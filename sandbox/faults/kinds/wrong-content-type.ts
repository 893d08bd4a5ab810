import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

/** The answer is what it should be, and says that it is something else. */
export const wrongContentType = defineFault({
  name: 'wrongContentType',
  purpose: 'the answer says that it is of this media type',
  settings: { contentType: z.string().min(1).default('text/html') },
  effect: ({ contentType }) =>
    faultOfContent((_content, { headers }) => ({ headers: { ...headers, 'content-type': contentType } })),
});
