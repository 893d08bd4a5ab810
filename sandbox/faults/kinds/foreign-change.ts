import { z } from 'zod';
import { pollingQueueOf } from '../../api/polling-queue.js';
import { defineFault } from '../fault-kind.js';
import { createForeignJob, FOREIGN_OUTCOMES } from '../foreign-job.js';

/**
 * Another application of the sender uses the same queue: a job that the caller has not created, with a status change.
 * It comes when its turn does, so after whatever waits there already.
 */
export const foreignChange = defineFault({
  name: 'foreignChange',
  operations: ['fetchStatusChange'],
  purpose: 'the polled queue gets the status change of a job that the caller has not created',
  settings: {
    /** @default none */
    reference: z.string().max(50).optional(),
    /** The id of a job whose signers and documents it has. @default one signer of its own */
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
        flow: request.flow ?? 'portal',
        pollingQueue: pollingQueueOf(request),
        reference,
        like,
        outcome,
      });
      return undefined;
    },
  }),
});
