import { z } from 'zod';

const moment = z.iso.datetime();
const Described = z.object({
  /** As the client of that time calls it. */
  state: z.string(),
  rows: z.number(),
  sent: z.number(),
  /** By the state of a row; a later release may have more states. */
  counts: z.record(z.string(), z.number()),
  allSentAt: moment.exactOptional(),
  paused: z.object({ at: moment }).exactOptional(),
  endedAt: moment.exactOptional(),
});

/** What pages show of a batch, as the client described it last. */
export type DescribedBatch = z.infer<typeof Described>;

/**
 * Reads the column `described`. Undefined before the first look, and for what this release cannot read: another one may have
 * written it, and the next look writes it anew.
 */
export function parseDescribedBatch(text: string | null): DescribedBatch | undefined {
  if (text === null) return undefined;
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Described.safeParse(kept).data;
}
