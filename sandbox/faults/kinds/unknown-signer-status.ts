import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

/** Signers have a status that current clients do not know. Spec: portal.xsd, portal-signature-status-value, an open set. */
export const unknownSignerStatus = defineFault({
  name: 'unknownSignerStatus',
  operations: ['fetchStatus', 'fetchStatusChange'],
  purpose: 'a signer, or every one, has this status',
  settings: {
    status: z
      .string()
      .regex(/^[A-Z_]{1,80}$/u, 'must be a name in capital letters')
      .default('ASKED_FOR_MORE_TIME'),
    /** Counts from 1, in the order of the answer. @default all */
    signer: z.number().int().positive().optional(),
  },
  effect: ({ status, signer }) =>
    faultOfContent((content) => {
      let number = 0;
      const xml = content
        .toString('utf8')
        // The job's own status has no time.
        .replace(/(<status [^>]*since="[^"]*"[^>]*>)[^<]*(?=<\/status>)/gu, (whole, tag: string) => {
          number += 1;
          return signer === undefined || signer === number ? `${tag}${status}` : whole;
        });
      return { body: Buffer.from(xml) };
    }),
});
