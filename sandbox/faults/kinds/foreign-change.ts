import { z } from 'zod';
import { pollingQueueOf } from '../../api/polling-queue.js';
import { defineFault } from '../fault-kind.js';
import { createForeignJob, FOREIGN_OUTCOMES } from '../foreign-job.js';

/**
 * Another application of the sender uses the same queue: a job that the caller has not created, with a status change.
 * It is delivered in order, after the changes that wait in the queue.
 */
export const foreignChange = defineFault({
  name: 'foreignChange',
  operations: ['fetchStatusChange'],
  purpose: 'the polled queue gets the status change of a job that the caller has not created',
  settings: {
    /** @default none */
    reference: z.string().max(50).optional(),
    /** The id of a job whose signers and documents are copied. @default one other signer */
    like: z
      .string()
      .regex(/^\d{1,18}$/u, 'must be a job id')
      .optional(),
    outcome: z.enum(FOREIGN_OUTCOMES).default('signed'),
  },
  effect: ({ reference, like, outcome }) => ({
    when: 'before',
    happen: async ({ parts, request }) => {
      await createForeignJob(parts, {
        organizationNumber: request.organizationNumber,
        flow: request.flow ?? 'PORTAL',
        pollingQueue: pollingQueueOf(request),
        reference,
        like,
        outcome,
      });
      return undefined;
    },
  }),
});
