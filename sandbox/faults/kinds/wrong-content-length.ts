import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

/** The answer is longer or shorter than it says. */
export const wrongContentLength = defineFault({
  name: 'wrongContentLength',
  purpose: 'Content-Length is so many bytes more than there are, or (below 0) less',
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
