import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection, type WorkflowClient } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { fetchAgainUpdate, signingWorkflowId } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { directJob, visit } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from '../end-to-end/sandbox-evidence.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { startTestStack, type S3Server, type TestStack } from '../fixtures/index.js';
import { planCampaign, type CampaignPlan, type PlannedAgreement } from './agreement-plan.js';
import { Disturber } from './disturbances.js';
import { unconfirmedJobsOf, verifyAgreement } from './verify-agreement.js';

/** The argument of {@link runFaultCampaign}. */
export interface FaultCampaignOptions {
  readonly agreements: number;
  readonly disturbances: number;
  readonly seed: number;
  /** Storage in S3, whose server is killed where storage in a folder fails otherwise. @default storage in a folder */
  readonly s3Server?: S3Server | undefined;
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
  const { agreements, disturbances, seed, s3Server, report } = options;
  report(`seed ${seed}: ${agreements} agreements, ${disturbances} disturbances`);
  const random = new SeededRandom(seed, 1);
  const plan = planCampaign(agreements, disturbances, random);
  const stack = await startTestStack({ ownTemporal: true, ...(s3Server !== undefined && { s3Server }) });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const campaign = new Campaign(stack, connection, plan, options, random);
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
  readonly #ended = new AbortController();
  readonly #damaged = new Map<string, { readonly file: string; readonly content: Buffer }>();
  readonly #repaired = new Set<string>();
  readonly #started: string[] = [];
  readonly #workflows: WorkflowClient;
  readonly #disturber: Disturber;
  readonly #organizationNumber: string;
  #client: SigningClient | undefined;
  /** Agreements other than those with a damaged entry that have ended. */
  #othersEnded = 0;
  /** Steps that agreements have made: disturbances are spread over them. */
  #progress = 0;

  constructor(
    readonly stack: TestStack,
    connection: Connection,
    readonly plan: CampaignPlan,
    readonly options: FaultCampaignOptions,
    random: SeededRandom,
  ) {
    this.#organizationNumber = loadWorkerSettings(stack.env).organizationNumber;
    this.#workflows = workflowsOf(stack, connection);
    this.#disturber = new Disturber({
      stack,
      connection,
      organizationNumber: this.#organizationNumber,
      random,
      s3Server: options.s3Server,
      references: () => this.#started,
      onUnexpectedEnd: (what) => this.#violations.push(what),
    });
  }

  async run(): Promise<Violations> {
    await this.#disturber.startWorker();
    this.#client = await SigningClient.connect({ env: this.stack.env });
    const { report, withinMs } = this.options;
    const outOfTime = setTimeout(() => this.#ended.abort(), withinMs);
    const helpers = Promise.all([this.#advanceClock(), this.#disturb()]);
    const waiting = [...this.plan.agreements];
    const live = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#live(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, live));
    const stopped = this.#ended.signal.aborted;
    if (stopped) this.#violations.push(`not everything ended within ${withinMs / 1000} s`);
    clearTimeout(outOfTime);
    this.#ended.abort();
    await helpers;
    if (!stopped) for (const agreement of this.plan.agreements) await this.#verify(agreement);
    report(`${this.plan.agreements.length} agreements, ${this.#violations.length} violations`);
    return this.#violations;
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#disturber.release();
    await this.#client?.close();
  }

  /** From the order to the confirmed archive; the caller retries, as people and business systems do. */
  async #live(agreement: PlannedAgreement): Promise<void> {
    const { reference, kind } = agreement;
    this.#started.push(reference);
    if (kind.startsWith('DIRECT')) await this.#signDirectly(agreement);
    else
      await this.#insist(async () =>
        this.#demandClient().startPortalJob(await this.#portalRequest(agreement)),
      );
    this.#progress += 1;
    let isActed = false;
    await this.#insist(async () => {
      isActed ||= await this.#act(agreement);
      return this.#hasEnded(agreement);
    });
    this.#progress += 1;
    this.options.report(`${this.#progress} steps; ${reference} has ended`);
  }

  #portalRequest({ reference, kind }: PlannedAgreement) {
    return portalJob(reference, kind === 'PORTAL_CHAINED' ? [1, 2] : [1]);
  }

  async #signDirectly({ reference, kind }: PlannedAgreement): Promise<void> {
    const request = await directJob(
      reference,
      kind === 'DIRECT_POLLED' ? { statusRetrievalMethod: 'POLLING' } : {},
    );
    await this.#insist(() => this.#demandClient().startDirectJob(request));
    let token: string | undefined;
    await this.#insist(async () => {
      if (token === undefined) {
        const { redirectUrl } = await this.#demandClient().createRedirectUrl(reference, { signer: 1 });
        ({ token } = await visit(redirectUrl, 'sign'));
      }
      if (kind === 'DIRECT_SIGNED')
        await this.#demandClient().signerReturned(reference, { statusQueryToken: token, proved: true });
      return true;
    });
  }

  /** What the people of a portal job do, in all jobs that there are under its reference. Returns whether all is done. */
  async #act({ reference, kind }: PlannedAgreement): Promise<boolean> {
    if (kind.startsWith('DIRECT')) return true;
    const { admin } = this.stack;
    const ids = await jobIdsOf(admin, reference);
    if (ids.length === 0) return false;
    if (kind === 'PORTAL_CANCELLED') {
      await this.#demandClient().cancelJob(reference, { reason: 'Part of a fault campaign' });
      return true;
    }
    if (kind === 'PORTAL_DAMAGED') this.#damageOnce(reference);
    for (const id of ids) {
      const { signers } = await admin.job(id);
      for (const { signer, status } of signers) {
        if (status === 'WAITING')
          await admin.act(id, signer, kind === 'PORTAL_REJECTED' ? 'reject' : 'sign').catch(() => undefined);
      }
    }
    // A create in doubt may make another job later: its signers act too.
    return false;
  }

  async #hasEnded({ reference, kind }: PlannedAgreement): Promise<boolean> {
    if (kind === 'PORTAL_DAMAGED' && this.#damaged.has(reference)) {
      // Repaired when everything else has ended: until then it must hold nothing up.
      const others = this.plan.agreements.filter((other) => other.kind !== 'PORTAL_DAMAGED').length;
      if (this.#othersEnded < others) return false;
      this.#repair(reference);
    }
    const { status, state } = await this.#demandClient().getJob(reference);
    if (state === 'ARCHIVE_BROKEN') {
      const workflowId = signingWorkflowId(this.#organizationNumber, reference);
      await this.#workflows.getHandle(workflowId).executeUpdate(fetchAgainUpdate, { args: [{}] });
    }
    const hasEnded = status === 'ENDED' && (await unconfirmedJobsOf(this.stack, reference)).length === 0;
    if (hasEnded && kind !== 'PORTAL_DAMAGED') this.#othersEnded += 1;
    return hasEnded;
  }

  #damageOnce(reference: string): void {
    if (this.#damaged.has(reference) || this.#repaired.has(reference)) return;
    const name = createHash('sha256').update(reference).digest('hex');
    const folder = join(this.stack.storageFolder, 'ledger', this.#organizationNumber, 'references', name);
    const newest = readdirSync(folder)
      .map((file) => Number.parseInt(file, 10) || 0)
      .reduce((one, other) => Math.max(one, other), 0);
    const file = join(folder, `${newest}.json`);
    this.#damaged.set(reference, { file, content: readFileSync(file) });
    chmodSync(file, 0o600);
    writeFileSync(file, '{"torn');
  }

  #repair(reference: string): void {
    const damaged = this.#damaged.get(reference);
    if (damaged !== undefined) writeFileSync(damaged.file, damaged.content);
    this.#damaged.delete(reference);
    this.#repaired.add(reference);
  }

  /** Tries until it succeeds, with the errors that faults cause in between; gives up only when the time is over. */
  async #insist(step: () => Promise<unknown>): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const done = await step().catch(() => false);
      if (done !== false && done !== undefined) return;
      await delay(LOOK_EVERY_MS);
    }
  }

  async #advanceClock(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await delay(ADVANCE_EVERY_MS, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      await this.stack.admin.advanceClock(RE_DELIVERY_SECONDS).catch(() => undefined);
    }
  }

  /** Spreads the disturbances over the steps that the agreements make. */
  async #disturb(): Promise<void> {
    const { disturbances, agreements } = this.plan;
    const steps = 2 * agreements.length;
    for (const [index, disturbance] of disturbances.entries()) {
      const due = Math.floor((index * steps) / (disturbances.length + 1));
      while (this.#progress < due && !this.#ended.signal.aborted) await delay(LOOK_EVERY_MS / 5);
      if (this.#ended.signal.aborted) return;
      this.options.report(`${this.#progress} steps; ${disturbance}`);
      await this.#disturber.disturb(disturbance).catch((error: unknown) => {
        this.options.report(
          `${disturbance} was not carried out: ${error instanceof Error ? error.message : 'unknown'}`,
        );
      });
    }
  }

  async #verify(agreement: PlannedAgreement): Promise<void> {
    try {
      await verifyAgreement(this.stack, agreement);
    } catch (error) {
      this.#violations.push(`${agreement.reference}: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  #demandClient(): SigningClient {
    if (this.#client === undefined) throw new TypeError('The campaign has no client yet.');
    return this.#client;
  }
}
