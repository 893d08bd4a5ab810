import type { JobResult } from '@signering/client';
import type { Stack } from '../index.js';
import type { LiveView } from '@signering/cli';

/** The argument of every demo job. */
export interface DemoJobOptions {
  readonly stack: Stack;
  /** Paths of the user's PDFs. If empty, the demo writes an agreement. */
  readonly files: readonly string[];
  readonly view: LiveView;
  /** Ends the demo early. */
  readonly signal: AbortSignal;
}

/** One kind of demo: sends documents, signs for the signers, and returns the outcome. */
export type DemoJob = (options: DemoJobOptions) => Promise<JobResult>;

/** A unique name, so that a demo does not continue jobs or pollers of an earlier one on the same cluster. */
export function newDemoName(): string {
  return `demo-${Date.now().toString(36)}`;
}
