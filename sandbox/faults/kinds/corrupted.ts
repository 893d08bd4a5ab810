import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';
import { DOWNLOAD_OPERATIONS } from '../fault-moment.js';

/** A download is complete, but one byte has changed. */
export const corrupted = defineFault({
  name: 'corrupted',
  operations: DOWNLOAD_OPERATIONS,
  purpose: 'one byte of the download is changed',
  settings: {
    /** Counts from 0. @default a quarter of the length, because the padding of a seal at the end of a PDF is not signed */
    atByte: z.number().int().nonnegative().optional(),
  },
  effect: ({ atByte }) =>
    faultOfContent((content) => {
      const position = Math.min(atByte ?? Math.floor(content.length / 4), content.length - 1);
      const body = Buffer.from(content);
      body.writeUInt8(body.readUInt8(position) ^ 1, position);
      return { body };
    }),
});
