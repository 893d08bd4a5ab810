import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

/** The response is correct except for its media type. */
export const wrongContentType = defineFault({
  name: 'wrongContentType',
  purpose: 'the response has this media type',
  settings: { contentType: z.string().min(1).default('text/html') },
  effect: ({ contentType }) =>
    faultOfContent((_content, { headers }) => ({ headers: { ...headers, 'content-type': contentType } })),
});
