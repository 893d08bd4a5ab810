import { z } from 'zod';
import { SIGNING_OUTCOMES, WEBHOOK_TYPES } from '@signering/schema';
import { BATCH_ROW_STATES, type BatchRowState } from '../batch-sending.js';
import { SIGNING_STATES } from '../signing.js';
import { MOMENT_TEXT, openWord } from './signing-result.js';
import { ORGANIZATION_NUMBER, REFERENCE } from './texts.js';

/** The body of a webhook. */
export const WEBHOOK_PAYLOAD = z.object({
  type: openWord(WEBHOOK_TYPES),
  timestamp: MOMENT_TEXT.meta({
    description: 'When the event happened: ISO 8601, in UTC with milliseconds.',
  }),
  data: z.object({
    organizationNumber: ORGANIZATION_NUMBER,
    reference: REFERENCE,
    sequence: z.int().min(1).meta({
      description: "Counts the job's events, including those of types that the receiver does not get.",
    }),
    signatureJobId: z.string().exactOptional(),
    signer: z
      .int()
      .min(1)
      .exactOptional()
      .meta({ description: 'Counts from 1, in the order of the request.' }),
    outcome: openWord(SIGNING_OUTCOMES).exactOptional(),
    state: openWord(SIGNING_STATES).exactOptional(),
    serviceKeepsUntil: MOMENT_TEXT.exactOptional().meta({
      description: 'When the service deletes the first signature, which is not archived.',
    }),
    duplicate: z.literal(true).exactOptional().meta({
      description: 'The event is about a second job of the reference, which an ambiguous create made.',
    }),
    counts: z
      .object(
        Object.fromEntries(BATCH_ROW_STATES.map((state) => [state, z.int().min(0)])) as Record<
          BatchRowState,
          z.ZodInt
        >,
      )
      .exactOptional()
      .meta({ description: 'Of batch.completed: how many rows ended in each state.' }),
    code: z.string().exactOptional().meta({ description: 'The error code of a failed signing process.' }),
  }),
});
