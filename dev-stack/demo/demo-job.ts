import type { SigningResult } from '@signering/contract';
import type { Stack } from '../index.js';
import type { LiveView } from '@signering/cli';

/** The argument of every demo job. */
export interface DemoJobOptions {
  readonly stack: Stack;
  /** Paths of the user's own PDFs; without any, an agreement is made on the spot. */
  readonly files: readonly string[];
  readonly view: LiveView;
  /** Ends the demo early. */
  readonly signal: AbortSignal;
}

/** One way to show the product: sends documents, sees to it that they are signed, and answers the outcome. */
export type DemoJob = (options: DemoJobOptions) => Promise<SigningResult>;

/** A name that no earlier demo has used: on a cluster that is kept, its job and its poller are none to go on with. */
export function newDemoName(): string {
  return `demo-${Date.now().toString(36)}`;
}
