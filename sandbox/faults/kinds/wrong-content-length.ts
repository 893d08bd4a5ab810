import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

/** The body is longer or shorter than `Content-Length`. */
export const wrongContentLength = defineFault({
  name: 'wrongContentLength',
  purpose: 'Content-Length is this many bytes too large, or (below 0) too small',
  settings: {
    difference: z
      .number()
      .int()
      .refine((bytes) => bytes !== 0, 'must not be 0'),
  },
  effect: ({ difference }) =>
    faultOfContent((content) => ({
      delivery: { announcedBytes: Math.max(0, content.length + difference) },
    })),
});
