import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { loadWorkerSettings } from '@signering/settings';
import { directJob } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from '../end-to-end/sandbox-evidence.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import { startReceiver, webhookSettings, type TestReceiver } from '../end-to-end/webhook-receiver.js';
import { startTestStack, type TestStack } from '../fixtures/index.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import type { AgreementKind } from './agreement-plan.js';
import { CrashSigners } from './crash-signers.js';
import { CarriedOutFaults, Disturber, type CarriedOut } from './disturbances.js';
import { faultMenuFor } from './fault-menu.js';
import { takeSample, type SoakSample } from './soak-samples.js';
import { verifyAgreement } from './verify-agreement.js';

/** The argument of {@link runSoak}. */
export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Agreements that are under way at the same time. */
  readonly atOnce: number;
  readonly report: (line: string) => void;
}

/** What a soak saw. */
export interface SoakResult {
  readonly samples: readonly SoakSample[];
  readonly agreements: number;
  /** Faults that were carried out, by the names of the fault menu. */
  readonly carriedOut: Readonly<Record<string, CarriedOut>>;
  /** Broken promises; empty when all were kept. */
  readonly violations: readonly string[];
}

const KINDS = [
  'PORTAL_SIGNED',
  'PORTAL_CHAINED',
  'PORTAL_REJECTED',
  'PORTAL_CANCELLED',
  'DIRECT_SIGNED',
  'DIRECT_POLLED',
] as const satisfies readonly AgreementKind[];
/** Worker and Temporal live from the start to the end: a new process would hide what the old one did not release. */
const FAULTS = faultMenuFor('FOLDER')
  .filter(({ name, endsWorker }) => endsWorker !== true && !/TEMPORAL/u.test(name))
  .map(({ name }) => name);
const SAMPLE_EVERY_MS = 10_000;
const DISTURB_EVERY_MS = 20_000;
const ADVANCE_EVERY_MS = 4_000;
/** What is under way at the end must end within this time, and what is left at the service within as long after it expired. */
const END_WITHIN_MS = 180_000;
/** Samples that a fault may keep from being taken, as a part of all. */
const MOST_LOST = 0.2;
/** For which signers can act in a job of the soak, and a day. */
const EXPIRED_AFTER_SECONDS = 31 * 24 * 60 * 60;

/** An agreement of the soak. */
interface Lived {
  readonly reference: string;
  readonly kind: (typeof KINDS)[number];
}

/** Keeps signed, rejected and cancelled agreements of both flows under way, disturbs them, and samples worker and Temporal. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const receiver = await startReceiver();
  const stack = await startTestStack({
    ownTemporal: true,
    settings: webhookSettings([{ id: 'soak', url: receiver.url, secrets: [receiver.secret] }]),
  });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const soak = new Soak(stack, receiver, connection, options);
  try {
    return await soak.run();
  } finally {
    await soak.end();
    await connection.close();
    await stack.stop();
    await soak.close();
    await receiver.close();
  }
}

class Soak {
  readonly #samples: SoakSample[] = [];
  readonly #violations: string[] = [];
  readonly #started: string[] = [];
  /** With a second job that signers did not end: the answer to its create was lost. */
  readonly #leftovers: Lived[] = [];
  readonly #random: SeededRandom;
  readonly #carriedOut = new CarriedOutFaults();
  #disturber: Disturber | undefined;
  /** No more agreements begin. */
  readonly #ending = new AbortController();
  readonly #over = new AbortController();
  #client: SigningClient | undefined;
  #done = 0;

  constructor(
    readonly stack: TestStack,
    readonly receiver: TestReceiver,
    readonly connection: Connection,
    readonly options: SoakOptions,
  ) {
    this.#random = new SeededRandom(options.seed, 1);
  }

  async run(): Promise<SoakResult> {
    const { minutes, atOnce } = this.options;
    const { stack, connection, receiver } = this;
    this.#disturber = await Disturber.start({
      ...{ stack, connection, receiver, random: this.#random, over: this.#over.signal },
      organizationNumber: loadWorkerSettings(stack.env).organizationNumber,
      references: () => this.#started,
      onUnexpectedEnd: (what) => {
        this.#violate(what);
        this.#ending.abort();
        this.#over.abort();
      },
    });
    this.#client = await SigningClient.connect({ env: this.stack.env });
    const lives = Array.from({ length: atOnce }, () => this.#keepLiving(this.#clientOrThrow()));
    const helpers = Promise.all([
      this.#every(SAMPLE_EVERY_MS, this.#ending.signal, () => this.#sample()),
      this.#every(DISTURB_EVERY_MS, this.#ending.signal, () => this.#disturb()),
      this.#every(ADVANCE_EVERY_MS, this.#over.signal, () =>
        this.stack.admin.advanceClock(RE_DELIVERY_SECONDS),
      ),
    ]);
    setTimeout(() => this.#ending.abort(), minutes * 60_000).unref();
    setTimeout(() => this.#over.abort(), minutes * 60_000 + 2 * END_WITHIN_MS).unref();
    await Promise.all(lives);
    await this.#endLeftovers(this.#clientOrThrow());
    this.#over.abort();
    await helpers;
    const wanted = (minutes * 60_000) / SAMPLE_EVERY_MS;
    if (this.#samples.length <= (1 - MOST_LOST) * wanted)
      this.#violate(`${this.#samples.length} of ${wanted} samples say too little`);
    return {
      samples: this.#samples,
      agreements: this.#done,
      carriedOut: this.#carriedOut.byKind,
      violations: this.#violations,
    };
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.#over.abort();
    this.#disturber?.release();
    await this.#client?.close();
  }

  async close(): Promise<void> {
    await this.#disturber?.close();
  }

  /** One agreement after the other. */
  async #keepLiving(client: SigningClient): Promise<void> {
    const signers = this.#signers(client);
    while (!this.#ending.signal.aborted) {
      const kind = this.#random.pick(KINDS);
      const reference = `soak-${this.#started.length + 1}-${kind.toLowerCase().replaceAll('_', '-')}`;
      this.#started.push(reference);
      await this.#live(client, signers, { reference, kind });
      if (this.#over.signal.aborted) this.#violate(`${reference} has not ended`);
      else await this.#verifyOrLeave(signers, { reference, kind });
      this.#done += 1;
    }
  }

  #signers(client: SigningClient): CrashSigners {
    return new CrashSigners({
      stack: this.stack,
      client,
      receiver: this.receiver,
      over: this.#over.signal,
    });
  }

  async #verifyOrLeave(signers: CrashSigners, agreement: Lived): Promise<void> {
    if (await signers.hasEnded(agreement).catch(() => false)) await this.#verify(signers, agreement);
    else this.#leftovers.push(agreement);
  }

  /** The time of second jobs runs out, and their changes must be confirmed. */
  async #endLeftovers(client: SigningClient): Promise<void> {
    const signers = this.#signers(client);
    this.options.report(
      `${this.#leftovers.length} agreements have a job at the service that is left to expire`,
    );
    await signers.until(async () => {
      await this.stack.admin.advanceClock(EXPIRED_AFTER_SECONDS);
      return true;
    });
    for (const agreement of this.#leftovers) {
      await signers.until(() => signers.hasEnded(agreement));
      if (this.#over.signal.aborted)
        this.#violate(`${agreement.reference} has a job left that has not ended`);
      else await this.#verify(signers, agreement);
    }
  }

  async #live(client: SigningClient, signers: CrashSigners, { reference, kind }: Lived): Promise<void> {
    // The same bytes in each repetition of the order.
    const portal = await portalJob(reference, kind === 'PORTAL_CHAINED' ? [1, 2] : [1]);
    const direct = await directJob(
      reference,
      kind === 'DIRECT_POLLED' ? { statusRetrievalMethod: 'POLLING' } : {},
    );
    await signers.until(async () => {
      await (kind.startsWith('DIRECT') ? client.startDirectJob(direct) : client.startPortalJob(portal));
      return true;
    });
    if (kind === 'PORTAL_CANCELLED') {
      await signers.until(async () => {
        await client.cancelJob(reference, { reason: 'Part of a soak' });
        return true;
      });
    } else if (kind !== 'PORTAL_REJECTED') {
      await signers.sign({ reference, kind });
    }
    await signers.until(async () => {
      // In all jobs that there are: a create in doubt may make another one later.
      if (kind === 'PORTAL_REJECTED') await this.#reject(reference);
      if ((await client.getJob(reference)).state === 'ARCHIVE_BROKEN') await client.retryArchiving(reference);
      return signers.hasOutcome(reference);
    });
  }

  async #reject(reference: string): Promise<void> {
    const { admin } = this.stack;
    for (const id of await jobIdsOf(admin, reference)) {
      if ((await admin.job(id)).status === 'IN_PROGRESS') await admin.act(id, 1, 'reject');
    }
  }

  /** An error that is no broken promise, such as a sandbox that does not answer, leaves the check to the next attempt. */
  async #verify(signers: CrashSigners, agreement: Lived): Promise<void> {
    const found: { message?: string } = { message: 'was not verified' };
    await signers.until(async () => {
      try {
        await verifyAgreement(this.stack, agreement);
        delete found.message;
        return true;
      } catch (error) {
        found.message = error instanceof Error ? error.message : 'unknown';
        return error instanceof assert.AssertionError;
      }
    });
    if (found.message !== undefined) this.#violate(`${agreement.reference}: ${found.message}`);
  }

  #violate(what: string): void {
    this.#violations.push(what);
    this.options.report(`VIOLATION ${what}`);
  }

  async #sample(): Promise<void> {
    const minute = (this.#samples.length * SAMPLE_EVERY_MS) / 60_000;
    const sample = await takeSample(this.stack, workflowsOf(this.stack, this.connection), minute);
    this.#samples.push(sample);
    if (this.#samples.length % 6 !== 0) return;
    this.options.report(
      `minute ${Math.round(minute)}: ${this.#done} agreements, ${Math.round(sample.memory)} MB, ${sample.handles} handles, ` +
        `${sample.workflows} open workflows, poller ${sample.pollerEvents} events, Temporal ${sample.latency.toFixed(1)} ms, ` +
        `${this.#violations.length} violations`,
    );
  }

  async #disturb(): Promise<void> {
    const disturbance = this.#random.pick(FAULTS);
    const carryOut = async () => this.#disturber?.disturb(disturbance) ?? 0;
    this.options.report(disturbance);
    await this.#carriedOut.count(disturbance, carryOut, this.options.report);
  }

  /** Repeats a step until the signal; a step that a fault meets is left out. */
  async #every(ms: number, until: AbortSignal, step: () => Promise<void>): Promise<void> {
    let next = Date.now();
    while (!until.aborted) {
      await step().catch(() => undefined);
      next = Math.max(next + ms, Date.now());
      await delay(next - Date.now(), undefined, { signal: until }).catch(() => undefined);
    }
  }

  #clientOrThrow(): SigningClient {
    if (this.#client === undefined) throw new TypeError('The soak has no client yet.');
    return this.#client;
  }
}
