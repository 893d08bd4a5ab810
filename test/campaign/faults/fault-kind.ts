import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TestReceiver } from '../../end-to-end/webhook-receiver.js';
import type { S3Server, TestStack } from '../../fixtures/index.js';
import type { SeededRandom } from '../../fuzz/seeded-random.js';
import type { CampaignWorker } from '../campaign-worker.js';
import type { TcpProxy } from '../tcp-proxy.js';

/** What faults act on. */
export interface FaultParts {
  readonly stack: TestStack;
  readonly random: SeededRandom;
  readonly worker: CampaignWorker;
  /** Between the worker and each of these. */
  readonly proxies: { readonly service: TcpProxy; readonly temporal: TcpProxy; readonly s3?: TcpProxy };
  /** Of storage in S3. */
  readonly s3Server?: S3Server | undefined;
  /** Absent: the worker has no receiver of webhooks. */
  readonly receiver?: TestReceiver | undefined;
  /** With the stack's keys. */
  readonly temporal: Client;
  /** With a key that no worker has. */
  readonly stranger: Client;
  readonly organizationNumber: string;
  /** Agreements that have begun. */
  readonly references: () => readonly string[];
  /** In the long form, outages last for minutes. */
  readonly isLong: boolean;
  /** Ends every fault. */
  readonly over: AbortSignal;
}

export type StorageKind = 'FOLDER' | 'S3';

/** One entry of the fault menu. */
export interface FaultKind {
  readonly name: string;
  readonly group: 'SERVICE' | 'NETWORK' | 'STORAGE' | 'PROCESSES' | 'CLOCKS' | 'MESSAGES' | 'WEBHOOKS';
  /** What it does, as a clause without a subject. */
  readonly does: string;
  /** ITSELF: each affected call is one of a number. LIFTED: it lasts until it is lifted. */
  readonly endsBy: 'ITSELF' | 'LIFTED';
  /** The answer to a create, or the worker that has it, may be lost, so that a second job is unavoidable. */
  readonly losesCreate: boolean;
  /** @default both */
  readonly storage?: StorageKind;
  /** The worker's process ends or is replaced. */
  readonly endsWorker?: true;
  /** Carries it out to its end. Returns how many calls, connections or processes it has met. */
  readonly happen: (parts: FaultParts) => Promise<number>;
}

/** How long a lasting fault lasts at least, in milliseconds. */
const LASTS_MS = { short: 2_500, long: 8_000 };
/** How long it waits for something to meet, in milliseconds. */
const MEETS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Lets a fault last its time, and longer while it has met nothing. Returns what it has met. */
export async function lasting(
  { isLong, over }: Pick<FaultParts, 'isLong' | 'over'>,
  hits: () => number | Promise<number>,
): Promise<number> {
  const form = isLong ? 'long' : 'short';
  const begun = Date.now();
  for (;;) {
    const met = await hits();
    const lasted = Date.now() - begun;
    if ((met > 0 && lasted >= LASTS_MS[form]) || lasted >= MEETS_WITHIN_MS || over.aborted) return met;
    await pause(LOOK_EVERY_MS, over);
  }
}

/** Waits, at most until the campaign is over. */
export async function pause(ms: number, over: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: over }).catch(() => undefined);
}
