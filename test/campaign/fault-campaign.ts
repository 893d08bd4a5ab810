import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { loadWorkerSettings } from '@signering/settings';
import { RE_DELIVERY_SECONDS } from '../end-to-end/sandbox-evidence.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import type { SeededRandom } from '../fuzz/seeded-random.js';
import { startReceiver, webhookSettings, type TestReceiver } from '../end-to-end/webhook-receiver.js';
import { freshFolder, startTestStack, type S3Server, type TestStack } from '../fixtures/index.js';
import {
  agreementBeside,
  courseOf,
  endsAlone,
  type CampaignPlan,
  type PlannedAgreement,
} from './agreement-plan.js';
import { avoidableJobsOf, FaultTimes } from './avoidable-jobs.js';
import { DamagedEntries } from './damaged-entries.js';
import { CarriedOutFaults, Disturber, type CarriedOut } from './disturbances.js';
import { LiveAgreement } from './live-agreement.js';
import { HoldUps, type HoldUpFigures } from './hold-ups.js';
import { messageOf, OpenAgreements } from './open-agreements.js';
import { assertNothingConfirmedTooEarly, verifyAgreement } from './verify-agreement.js';

/** The argument of {@link runFaultCampaign}. */
export interface FaultCampaignOptions {
  readonly plan: CampaignPlan;
  readonly random: SeededRandom;
  /** Storage in S3, whose server is killed where storage in a folder fails otherwise. @default storage in a folder */
  readonly s3Server?: S3Server | undefined;
  /** With 2, one more that is not disturbed itself, with its own working folder. @default 1 */
  readonly workers?: 1 | 2 | undefined;
  /** The `signering` command of another build. @default the project's */
  readonly command?: string;
  /** Outages last for minutes. @default false */
  readonly isLong?: boolean;
  /**
   * Ends with the plan's agreements, also when disturbances are left. @default false: others begin until every disturbance
   * was carried out
   */
  readonly onlyPlanned?: boolean;
  /** Temporal is not disturbed, and others use it too. @default false */
  readonly sharesTemporal?: boolean;
  /** Ends when something was confirmed before it was archived. @default false: that is looked for at the end */
  readonly endsAtEarlyConfirmation?: boolean;
  /** Nothing begins after so many milliseconds; what has begun goes on. @default never */
  readonly beginWithinMs?: number;
  /**
   * Ends when this has been true for 20 seconds of the lines about the agreements that have not ended, which come to the
   * violations then. @default false: ends when all agreements have ended, or when the time is over
   */
  readonly endsWhenOpen?: (lines: readonly string[]) => boolean;
  /** From the start of the worker on, everything must end in this time, in milliseconds. */
  readonly withinMs: number;
  /** Called for each line of progress. */
  readonly report: (line: string) => void;
}

/** How a campaign ended. */
export interface CampaignResult extends HoldUpFigures {
  /** What went wrong; empty when every promise was kept. */
  readonly violations: readonly string[];
  /** Those that began. */
  readonly agreements: number;
  /** By the names of the fault menu. */
  readonly carriedOut: Readonly<Record<string, CarriedOut>>;
}

/** Agreements that are under way at the same time. */
const AT_ONCE = 20;
/** When only so few are under way and disturbances are left, others begin beside those of the plan. */
const MORE_AT_ONCE = 3;
/** In which every direct job expires, in seconds. */
const MONTH_SECONDS = 30 * 24 * 60 * 60;
/** Disturbances between two times without faults; all of a shorter campaign. */
const QUIET_AFTER = 10;
/** Between two disturbances, in milliseconds. */
const PAUSE_MS = 1_000;
/** Between two looks at an agreement, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** Between two moves of the sandbox's clock, after which unconfirmed changes are delivered again, in milliseconds. */
const ADVANCE_EVERY_MS = 4_000;

/**
 * Takes agreements of both flows through faults of the menu, with real processes. What it checks comes from the sandbox's
 * ledger and the archive's bytes.
 */
export async function runFaultCampaign(options: FaultCampaignOptions): Promise<CampaignResult> {
  const { s3Server, workers = 1, sharesTemporal = false } = options;
  const receiver = await startReceiver();
  const stack = await startTestStack({
    ownTemporal: !sharesTemporal,
    ...(s3Server !== undefined && { s3Server }),
    settings: {
      ...webhookSettings([{ id: 'campaign', url: receiver.url, secrets: [receiver.secret] }]),
      SIGNERING_API_PROCESSES: String(workers),
    },
  });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const campaign = new Campaign(stack, { connection, receiver }, options);
  try {
    return await campaign.run();
  } finally {
    campaign.end();
    await campaign.close();
    await connection.close();
    await stack.stop();
    await receiver.close();
  }
}

class Campaign {
  readonly #violations: string[] = [];
  readonly #over = new AbortController();
  /** Those of the plan, and those that began beside them. */
  readonly #agreements: PlannedAgreement[];
  readonly #begun: LiveAgreement[] = [];
  readonly #lastErrors = new Map<string, string>();
  readonly #ended = new Set<PlannedAgreement>();
  /** Also those whose signer never came back. */
  readonly #failed = new Set<PlannedAgreement>();
  readonly #doubtful = new FaultTimes();
  readonly #holdUps: HoldUps;
  readonly #carriedOut = new CarriedOutFaults();
  readonly #organizationNumber: string;
  /** Nothing begins any more. */
  #isEnding = false;
  #hasMonthPassed = false;
  #disturber: Disturber | undefined;
  #otherWorker: { logged(): string } | undefined;
  #client: SigningClient | undefined;
  #disturbances = 0;
  /** Steps that agreements have made: disturbances are spread over them. */
  #progress = 0;

  constructor(
    readonly stack: TestStack,
    readonly peers: { readonly connection: Connection; readonly receiver: TestReceiver },
    readonly options: FaultCampaignOptions,
  ) {
    this.#agreements = [...options.plan.agreements];
    this.#holdUps = new HoldUps(options.isLong);
    this.#organizationNumber = loadWorkerSettings(stack.env).organizationNumber;
  }

  async run(): Promise<CampaignResult> {
    const { random, s3Server, command, isLong = false, report, withinMs, beginWithinMs } = this.options;
    this.#disturber = await Disturber.start({
      ...this.peers,
      ...{ stack: this.stack, random, s3Server, command, isLong },
      organizationNumber: this.#organizationNumber,
      doubtful: this.#doubtful,
      references: () => this.#references(),
      over: this.#over.signal,
      onUnexpectedEnd: (what) => this.#violations.push(what),
    });
    if (this.options.workers === 2)
      this.#otherWorker = await this.stack.startWorker({ TMPDIR: freshFolder('working') });
    const client = await SigningClient.connect({ env: this.stack.env });
    this.#client = client;
    const { plan } = this.options;
    const openAgreements = new OpenAgreements({
      ...{ stack: this.stack, client, organizationNumber: this.#organizationNumber },
      workflows: workflowsOf(this.stack, this.peers.connection),
      lastErrors: this.#lastErrors,
      logs: () => [this.#disturber?.logged() ?? '', this.#otherWorker?.logged() ?? ''],
    });
    const outOfTime = setTimeout(() => this.#over.abort(), withinMs);
    const lastCall = setTimeout(() => (this.#isEnding = true), beginWithinMs ?? withinMs);
    const helpers = Promise.all([this.#advanceClock(client), this.#disturb(), this.#watch(openAgreements)]);
    const waiting = plan.agreements.map((planned) => this.#liveAgreement(planned, client));
    const live = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (await this.#mayBegin(next.planned)) await this.#live(next);
      }
    };
    await Promise.all([
      ...Array.from({ length: AT_ONCE }, live),
      ...Array.from({ length: MORE_AT_ONCE }, () => this.#liveBeside(client)),
    ]);
    clearTimeout(outOfTime);
    clearTimeout(lastCall);
    this.#over.abort();
    await helpers;
    const holdUps = this.#holdUps.figures;
    const begun = this.#begun.map(({ planned }) => planned);
    for (const agreement of begun) {
      const hasEnded = this.#ended.has(agreement);
      if (this.#isOpen(agreement)) this.#violations.push(await openAgreements.describe(agreement));
      await this.#verify(agreement, hasEnded);
    }
    report(`${begun.length} agreements, ${this.#violations.length} violations`);
    return {
      violations: this.#violations,
      agreements: begun.length,
      carriedOut: this.#carriedOut.byKind,
      ...holdUps,
    };
  }

  end(): void {
    this.#over.abort();
    this.#disturber?.release();
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.#disturber?.close();
  }

  /** Of the agreements that have not ended, as long as there are any: a signal to another one meets nothing. */
  #references(): readonly string[] {
    const ended = new Set([...this.#ended].map(({ reference }) => reference));
    const started = this.#begun.map(({ planned }) => planned.reference);
    const open = started.filter((reference) => !ended.has(reference));
    return open.length > 0 ? open : started;
  }

  #liveAgreement(planned: PlannedAgreement, client: SigningClient): LiveAgreement {
    const { stack, peers, options } = this;
    const { agreements } = options.plan;
    // As many later ones as are under way at the same time: all would leave no place for them in a long campaign.
    const others = agreements
      .slice(0, agreements.indexOf(planned) + AT_ONCE)
      .filter(({ kind }) => endsAlone(kind));
    return new LiveAgreement(planned, {
      stack,
      client,
      workflows: workflowsOf(stack, peers.connection),
      organizationNumber: this.#organizationNumber,
      damaged: new DamagedEntries(stack.storageFolder, this.#organizationNumber),
      haveOthersEnded: () => others.every((other) => this.#isOver(other)),
    });
  }

  /** It has neither ended nor failed, as far as it has begun. */
  #isOpen(agreement: PlannedAgreement): boolean {
    return !this.#ended.has(agreement) && !this.#failed.has(agreement);
  }

  /** It has ended, or does not begin any more. */
  #isOver(agreement: PlannedAgreement): boolean {
    const isLeftOut = this.#isEnding && !this.#begun.some(({ planned }) => planned === agreement);
    return !this.#isOpen(agreement) || isLeftOut;
  }

  /** Disturbances are left, which need agreements to meet. */
  #isToGoOn(): boolean {
    const { onlyPlanned = false, plan } = this.options;
    if (onlyPlanned || this.#isEnding || this.#over.signal.aborted) return false;
    return this.#disturbances < plan.disturbances.length;
  }

  /** A kind of fault would otherwise not be carried out, or meet nothing, when the plan's agreements have ended. */
  async #liveBeside(client: SigningClient): Promise<void> {
    while (this.#isToGoOn()) {
      const open = this.#agreements.filter((one) => endsAlone(one.kind) && !this.#isOver(one));
      if (open.length >= MORE_AT_ONCE) {
        await delay(LOOK_EVERY_MS);
        continue;
      }
      const agreement = agreementBeside(this.#agreements.length + 1);
      this.#agreements.push(agreement);
      await this.#live(this.#liveAgreement(agreement, client));
    }
  }

  /** Waits for the disturbances that come before an agreement in the plan. Returns false when none begins any more. */
  async #mayBegin(planned: PlannedAgreement): Promise<boolean> {
    const { agreements, disturbances } = this.options.plan;
    const ahead = agreements.indexOf(planned) - AT_ONCE;
    const due = Math.floor((ahead * disturbances.length) / agreements.length);
    while (!this.#isEnding && !this.#over.signal.aborted && this.#disturbances < due)
      await delay(LOOK_EVERY_MS);
    return !this.#isEnding && !this.#over.signal.aborted;
  }

  /** From the order to the confirmed archive; the caller retries, as people and business systems do. */
  async #live(agreement: LiveAgreement): Promise<void> {
    const { planned } = agreement;
    this.#begun.push(agreement);
    await this.#insist(planned.reference, async () => {
      await agreement.start();
      return true;
    });
    this.#progress += 1;
    const { endsAtEarlyConfirmation = false } = this.options;
    const hasEnded = await this.#insist(planned.reference, async () => {
      if (endsAtEarlyConfirmation) await this.#endAtEarlyConfirmation(planned);
      if (agreement.isLost) return true;
      return (await agreement.advance()) || agreement.failure !== undefined;
    });
    this.#progress += 1;
    if (agreement.failure !== undefined)
      this.#violations.push(`${planned.reference}: its process failed with ${agreement.failure}`);
    if (agreement.failure !== undefined || agreement.isLost) this.#failed.add(planned);
    if (!hasEnded || this.#failed.has(planned)) return;
    this.#ended.add(planned);
    const isHealthy = courseOf(planned.kind).isDamaged !== true;
    const { quiet, byClock } = this.#holdUps.noteEnd(agreement.lastActAt, isHealthy);
    const heldUp = `held up for ${quiet.toFixed(1)} s, by the clock ${byClock.toFixed(1)} s`;
    this.options.report(`${this.#progress} steps; ${planned.reference} has ended, ${heldUp}`);
    if (isHealthy && quiet > this.#holdUps.atMostSeconds)
      this.#violations.push(`${planned.reference}: was ${heldUp}`);
  }

  async #endAtEarlyConfirmation({ reference }: PlannedAgreement): Promise<void> {
    await assertNothingConfirmedTooEarly(this.stack, reference).catch((error: unknown) => {
      if (!(error instanceof assert.AssertionError)) throw error;
      // The check at the end names it.
      this.#over.abort();
    });
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

  async #watch(openAgreements: OpenAgreements): Promise<void> {
    const { endsWhenOpen } = this.options;
    if (endsWhenOpen === undefined) return;
    const open = () => this.#begun.map(({ planned }) => planned).filter((one) => this.#isOpen(one));
    if (await openAgreements.remain(open, endsWhenOpen, this.#over.signal)) this.#over.abort();
  }

  async #advanceClock(client: SigningClient): Promise<void> {
    const { admin } = this.stack;
    while (!this.#over.signal.aborted) {
      await delay(ADVANCE_EVERY_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
      await admin.advanceClock(RE_DELIVERY_SECONDS).catch(() => undefined);
      if (!(await this.#mayMonthPass(client).catch(() => false))) continue;
      this.#hasMonthPassed = await admin.advanceClock(MONTH_SECONDS).then(
        () => true,
        () => false,
      );
    }
  }

  /** Once: signed documents are deleted after 40 days. When only agreements are left that this ends, and all have their job. */
  async #mayMonthPass(client: SigningClient): Promise<boolean> {
    const last = this.#agreements.filter(({ kind }) => courseOf(kind).isLast === true);
    if (this.#hasMonthPassed || this.#isToGoOn()) return false;
    if (!this.#agreements.every((one) => last.includes(one) || this.#isOver(one))) return false;
    const open = last.filter((one) => !this.#isOver(one));
    const jobs = await Promise.all(open.map(({ reference }) => client.getJob(reference)));
    return open.length > 0 && jobs.every(({ signatureJobId }) => signatureJobId !== undefined);
  }

  /** Spreads the disturbances over the steps that the agreements make. */
  async #disturb(): Promise<void> {
    const { onlyPlanned = false } = this.options;
    const { disturbances, agreements } = this.options.plan;
    const quietAfter = Math.min(QUIET_AFTER, disturbances.length);
    const steps = 2 * agreements.length;
    for (const [index, disturbance] of disturbances.entries()) {
      // Not before there is a job: a fault of jobs would meet nothing.
      const due = 1 + Math.floor((index * steps) / (disturbances.length + 1));
      while (this.#progress < due && !this.#over.signal.aborted) await delay(LOOK_EVERY_MS / 5);
      if (this.#over.signal.aborted || this.#isEnding) return;
      this.options.report(`${this.#progress} steps; ${disturbance}`);
      const carryOut = async () => this.#disturber?.disturb(disturbance) ?? 0;
      const once = () => this.#holdUps.during(carryOut);
      await this.#carriedOut.count(disturbance, once, this.options.report);
      this.#disturbances = index + 1;
      await delay(PAUSE_MS);
      if (!onlyPlanned && (index + 1) % quietAfter === 0) await this.#beQuiet();
    }
  }

  /** Their people act at once, or have acted. */
  async #beQuiet(): Promise<void> {
    const underWay = this.#begun.filter(({ planned }) => endsAlone(planned.kind) && !this.#isOver(planned));
    this.options.report(`nothing is disturbed until ${underWay.length} agreements have ended`);
    const hasEnded = ({ planned }: LiveAgreement): boolean => this.#isOver(planned);
    const stuck = await this.#holdUps.quietTime({ underWay, hasEnded, over: this.#over.signal });
    const late = `has not ended in ${this.#holdUps.atMostSeconds} s without a fault`;
    this.#violations.push(...stuck.map(({ planned }) => `${planned.reference}: ${late}`));
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
