import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { loadWorkerSettings } from '@signering/settings';
import { RE_DELIVERY_SECONDS } from '../end-to-end/sandbox-evidence.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import type { SeededRandom } from '../fuzz/seeded-random.js';
import { startTestStack, type S3Server, type TestStack } from '../fixtures/index.js';
import { courseOf, type CampaignPlan, type PlannedAgreement } from './agreement-plan.js';
import { avoidableJobsOf, DoubtfulTimes } from './avoidable-jobs.js';
import { DamagedEntries } from './damaged-entries.js';
import { Disturber } from './disturbances.js';
import { LiveAgreement } from './live-agreement.js';
import { assertNothingConfirmedTooEarly, verifyAgreement } from './verify-agreement.js';

/** The argument of {@link runFaultCampaign}. */
export interface FaultCampaignOptions {
  readonly plan: CampaignPlan;
  readonly random: SeededRandom;
  /** Storage in S3, whose server is killed where storage in a folder fails otherwise. @default storage in a folder */
  readonly s3Server?: S3Server | undefined;
  /** The `signering` command of another build. @default the project's */
  readonly command?: string;
  /** Everything must have ended by then, in milliseconds. */
  readonly withinMs: number;
  /** Called for each line of progress. */
  readonly report: (line: string) => void;
}

/** What went wrong; empty when every promise was kept. */
export type Violations = readonly string[];

/** Agreements that are under way at the same time. */
const AT_ONCE = 20;
/** Between two looks at an agreement, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** Between two moves of the sandbox's clock, after which unconfirmed changes are delivered again, in milliseconds. */
const ADVANCE_EVERY_MS = 4_000;

/**
 * Takes agreements of both flows through kills, storage faults, junk answers, stray signals and damaged ledger entries,
 * with real processes. What it checks comes from the sandbox's ledger and the archive's bytes.
 */
export async function runFaultCampaign(options: FaultCampaignOptions): Promise<Violations> {
  const { s3Server } = options;
  const stack = await startTestStack({ ownTemporal: true, ...(s3Server !== undefined && { s3Server }) });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const campaign = new Campaign(stack, connection, options);
  try {
    return await campaign.run();
  } finally {
    await campaign.close();
    await connection.close();
    await stack.stop();
  }
}

class Campaign {
  readonly #violations: string[] = [];
  readonly #over = new AbortController();
  readonly #started: string[] = [];
  readonly #lastErrors = new Map<string, string>();
  readonly #ended = new Set<PlannedAgreement>();
  readonly #doubtful = new DoubtfulTimes();
  readonly #disturber: Disturber;
  readonly #organizationNumber: string;
  #client: SigningClient | undefined;
  /** Steps that agreements have made: disturbances are spread over them. */
  #progress = 0;

  constructor(
    readonly stack: TestStack,
    readonly connection: Connection,
    readonly options: FaultCampaignOptions,
  ) {
    this.#organizationNumber = loadWorkerSettings(stack.env).organizationNumber;
    this.#disturber = new Disturber({
      stack,
      connection,
      organizationNumber: this.#organizationNumber,
      random: options.random,
      s3Server: options.s3Server,
      command: options.command,
      doubtful: this.#doubtful,
      references: () => this.#started,
      onUnexpectedEnd: (what) => this.#violations.push(what),
    });
  }

  async run(): Promise<Violations> {
    await this.#disturber.startWorker();
    const client = await SigningClient.connect({ env: this.stack.env });
    this.#client = client;
    const { report, withinMs, plan } = this.options;
    const outOfTime = setTimeout(() => this.#over.abort(), withinMs);
    const helpers = Promise.all([this.#advanceClock(), this.#disturb()]);
    const waiting = plan.agreements.map((planned) => this.#liveAgreement(planned, client));
    const live = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#live(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, live));
    clearTimeout(outOfTime);
    this.#over.abort();
    await helpers;
    for (const agreement of plan.agreements) {
      const hasEnded = this.#ended.has(agreement);
      if (!hasEnded) {
        const { reference } = agreement;
        const last = this.#lastErrors.get(reference) ?? 'none';
        const now = await client.getJob(reference).then(({ state }) => state, messageOf);
        this.#violations.push(
          `${reference}: has not ended within ${withinMs / 1000} s; now ${now}; the last error of a caller: ${last}`,
        );
      }
      await this.#verify(agreement, hasEnded);
    }
    report(`${plan.agreements.length} agreements, ${this.#violations.length} violations`);
    return this.#violations;
  }

  async close(): Promise<void> {
    this.#over.abort();
    this.#disturber.release();
    await this.#client?.close();
  }

  #liveAgreement(planned: PlannedAgreement, client: SigningClient): LiveAgreement {
    const { stack, connection, options } = this;
    const undamaged = options.plan.agreements.filter(({ kind }) => courseOf(kind).isDamaged === undefined);
    return new LiveAgreement(planned, {
      stack,
      client,
      workflows: workflowsOf(stack, connection),
      organizationNumber: this.#organizationNumber,
      damaged: new DamagedEntries(stack.storageFolder, this.#organizationNumber),
      haveOthersEnded: () => undamaged.every((other) => this.#ended.has(other)),
    });
  }

  /** From the order to the confirmed archive; the caller retries, as people and business systems do. */
  async #live(agreement: LiveAgreement): Promise<void> {
    const { planned } = agreement;
    this.#started.push(planned.reference);
    await this.#insist(planned.reference, async () => {
      await agreement.start();
      return true;
    });
    this.#progress += 1;
    const hasEnded = await this.#insist(planned.reference, () => agreement.advance());
    this.#progress += 1;
    if (!hasEnded) return;
    this.#ended.add(planned);
    this.options.report(`${this.#progress} steps; ${planned.reference} has ended`);
  }

  /** Tries until it succeeds, with the errors that faults cause in between; false when the time is over. */
  async #insist(reference: string, step: () => Promise<boolean>): Promise<boolean> {
    while (!this.#over.signal.aborted) {
      const attempt = step().catch((error: unknown) => {
        this.#lastErrors.set(reference, messageOf(error));
        return false;
      });
      if (await attempt) return true;
      await delay(LOOK_EVERY_MS);
    }
    return false;
  }

  async #advanceClock(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await delay(ADVANCE_EVERY_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
      await this.stack.admin.advanceClock(RE_DELIVERY_SECONDS).catch(() => undefined);
    }
  }

  /** Spreads the disturbances over the steps that the agreements make. */
  async #disturb(): Promise<void> {
    const { disturbances, agreements } = this.options.plan;
    const steps = 2 * agreements.length;
    for (const [index, disturbance] of disturbances.entries()) {
      const due = Math.floor((index * steps) / (disturbances.length + 1));
      while (this.#progress < due && !this.#over.signal.aborted) await delay(LOOK_EVERY_MS / 5);
      if (this.#over.signal.aborted) return;
      this.options.report(`${this.#progress} steps; ${disturbance}`);
      await this.#disturber.disturb(disturbance).catch((error: unknown) => {
        this.options.report(`${disturbance} was not carried out: ${messageOf(error)}`);
      });
    }
  }

  async #verify(agreement: PlannedAgreement, hasEnded: boolean): Promise<void> {
    try {
      if (hasEnded) await verifyAgreement(this.stack, agreement);
      else await assertNothingConfirmedTooEarly(this.stack, agreement.reference);
      const avoidable = await avoidableJobsOf(this.stack.admin, agreement.reference, this.#doubtful);
      assert.deepEqual(avoidable, [], 'a second job exists only after a create in doubt');
    } catch (error) {
      this.#violations.push(`${agreement.reference}: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
