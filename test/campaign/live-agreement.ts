import type { WorkflowClient } from '@temporalio/client';
import type { DirectJobRequest, PortalJobRequest, SigningClient } from '@signering/client';
import { fetchAgainUpdate, signingWorkflowId } from '@signering/contract';
import { SigningError, type ErrorCode } from '@signering/schema';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { directJob, visit } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { evidenceOf, jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import type { TestStack } from '../fixtures/index.js';
import { courseOf, type AgreementCourse, type PlannedAgreement } from './agreement-plan.js';
import type { DamagedEntries } from './damaged-entries.js';
import { unconfirmedJobsOf } from './verify-agreement.js';

/** A portal job that expires is available for so long by the sandbox's clock, in seconds: three of the campaign's moves. */
const SHORT_DEADLINE_SECONDS = 30 * 60;
/** All others are available for the longest time that the service permits, in seconds: a month passes in a campaign. */
const LONG_DEADLINE_SECONDS = 90 * 24 * 60 * 60;

/** Of a workflow that was terminated: the walk through open jobs starts it again. */
const RESTARTED: ErrorCode = 'SIGNING_ABORTED';

/** What the parties of all agreements use. */
export interface AgreementParties {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly workflows: WorkflowClient;
  readonly organizationNumber: string;
  readonly damaged: DamagedEntries;
  /** All agreements without a damaged entry have ended. */
  readonly haveOthersEnded: () => boolean;
}

/**
 * One agreement as its parties carry it out: a business system that starts it, people who sign, reject or do nothing,
 * operators who repair. Every step may throw during a fault and is then repeated.
 */
export class LiveAgreement {
  readonly #course: AgreementCourse;
  #lastActAt = Date.now();
  #isOrdered = false;
  #hasReturned = false;
  #hasExpired = false;
  #isTerminated = false;
  #isCancelled = false;
  #isLost = false;
  #failure: string | undefined;
  #token: string | undefined;
  #portalRequest: PortalJobRequest | undefined;
  #directRequest: DirectJobRequest | undefined;

  constructor(
    readonly planned: PlannedAgreement,
    readonly parties: AgreementParties,
  ) {
    this.#course = courseOf(planned.kind);
  }

  /** When its people last did something, by the real clock; of an agreement that expires, when its time had run out. */
  get lastActAt(): number {
    return this.#lastActAt;
  }

  /** Why its process has failed for good; undefined if it has not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /**
   * The visit of its only signer was cut off after the act: without the token it ends when its month has passed, as the job of a
   * signer who never came back.
   */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Submits the job, as a business system does. */
  async start(): Promise<void> {
    const { reference } = this.planned;
    const { stack, client } = this.parties;
    const { flow, isInDoubt, isPolled } = this.#course;
    if (isInDoubt === true && !this.#isOrdered) {
      await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
      this.#isOrdered = true;
    }
    // A repeated call submits the same bytes: a PDF holds the time at which it was made.
    if (flow === 'PORTAL')
      await client.startPortalJob((this.#portalRequest ??= await this.#requestOfPortal()));
    else {
      const polled = isPolled === true ? ({ statusRetrievalMethod: 'POLLING' } as const) : {};
      await client.startDirectJob((this.#directRequest ??= await directJob(reference, polled)));
    }
    this.#act();
  }

  async #requestOfPortal(): Promise<PortalJobRequest> {
    const { reference } = this.planned;
    const { orders, outcome } = this.#course;
    return {
      ...(await portalJob(reference)),
      signers: orders.map((order, index) => ({
        personalIdentificationNumber: syntheticIdentityNumber({ day: index + 1, month: 1, year: 70 }),
        emailAddress: `signer-${index + 1}@example.com`,
        order,
      })),
      availableSeconds: outcome === 'EXPIRED' ? SHORT_DEADLINE_SECONDS : LONG_DEADLINE_SECONDS,
    };
  }

  /** Does what the people of the agreement can do now. Returns whether it has ended and is confirmed. */
  async advance(): Promise<boolean> {
    try {
      if (this.#course.flow === 'DIRECT') await this.#signDirectly();
      else await this.#actInPortal();
    } catch (error) {
      // A signer whose visit was cut off has signed and has no token.
      if (!(await this.#hasEnded())) throw error;
      return true;
    }
    return this.#hasEnded();
  }

  async #signDirectly(): Promise<void> {
    const { reference } = this.planned;
    const { client } = this.parties;
    const { outcome, isPolled } = this.#course;
    if (outcome === 'EXPIRED') return;
    const hasVisited = this.#token !== undefined;
    if (this.#token === undefined) {
      const { redirectUrl } = await client
        .createRedirectUrl(reference, { signer: 1 })
        .catch((error: unknown) => {
          const isOver = error instanceof SigningError && error.code === 'SIGNER_NOT_WAITING';
          this.#isLost = isOver && isPolled !== true;
          throw error;
        });
      ({ token: this.#token } = await visit(redirectUrl, outcome === 'SIGNED' ? 'sign' : 'reject'));
      this.#act();
    }
    if (isPolled === true || this.#hasReturned) return;
    const { status } = hasVisited ? await client.getJob(reference) : { status: 'RUNNING' };
    if (status === 'RUNNING')
      await client.signerReturned(reference, { statusQueryToken: this.#token, proved: true });
    this.#hasReturned = true;
    this.#act();
  }

  /** In all jobs that there are under the reference: a create in doubt may make another job later. */
  async #actInPortal(): Promise<void> {
    const { reference } = this.planned;
    const { stack, client, damaged } = this.parties;
    const { outcome, isDamaged, isInDoubt, isTerminated } = this.#course;
    const ids = await jobIdsOf(stack.admin, reference);
    if (ids.length === 0) return;
    // Its signers act when the job was sent again; an entry is damaged when it holds the created job.
    const isToDamage = isDamaged === true && !damaged.isDamaged(reference);
    const isRecorded = async () => (await client.getJob(reference)).signatureJobId !== undefined;
    if ((isInDoubt === true || isToDamage) && !(await isRecorded())) return;
    if (outcome === 'CANCELLED' && !this.#isCancelled) {
      await client.cancelJob(reference, { reason: 'Part of a fault campaign' });
      this.#isCancelled = true;
      this.#act();
    }
    if (isTerminated === true && !this.#isTerminated && !(await this.#terminate())) return;
    if (isDamaged === true) damaged.damageOnce(reference);
    // A second job of a cancelled agreement is found when someone signs it.
    const isTwinOfCancelled = outcome === 'CANCELLED' && ids.length > 1;
    if (isTwinOfCancelled && (await client.getJob(reference)).status !== 'ENDED') return;
    if (outcome !== 'SIGNED' && outcome !== 'REJECTED' && !isTwinOfCancelled) return;
    for (const id of ids) {
      const { signers } = await stack.admin.job(id);
      for (const { signer, status } of signers) {
        if (status === 'WAITING')
          await stack.admin
            .act(id, signer, outcome === 'REJECTED' ? 'reject' : 'sign')
            .then(() => this.#act())
            .catch(() => undefined);
      }
    }
  }

  /** As an operator does by mistake. Returns whether it is done. */
  async #terminate(): Promise<boolean> {
    const { reference } = this.planned;
    const { client, workflows, organizationNumber } = this.parties;
    const { status, signatureJobId } = await client.getJob(reference);
    if (status !== 'RUNNING' || signatureJobId === undefined) return false;
    await workflows.getHandle(signingWorkflowId(organizationNumber, reference)).terminate('by mistake');
    this.#isTerminated = true;
    this.#act();
    return true;
  }

  #act(): void {
    this.#lastActAt = Date.now();
  }

  async #hasEnded(): Promise<boolean> {
    const { reference } = this.planned;
    const { stack, client, workflows, organizationNumber, damaged, haveOthersEnded } = this.parties;
    // Repaired when everything else has ended: until then it must hold nothing up.
    if (damaged.isDamaged(reference)) {
      if (!haveOthersEnded()) return false;
      damaged.repair(reference);
    }
    const job = await client.getJob(reference);
    const { status, state } = job;
    if (job.status === 'PROCESS_FAILED') {
      const { code, message } = job.failure;
      // The job may not be created yet, and is submitted again; a created one is the same job.
      if (code === 'STORED_CONTENT_DAMAGED') await this.start();
      else if (code !== RESTARTED) this.#failure = `${code}: ${message}`;
    }
    if (state === 'ARCHIVE_BROKEN') {
      const workflowId = signingWorkflowId(organizationNumber, reference);
      await workflows.getHandle(workflowId).executeUpdate(fetchAgainUpdate, { args: [{}] });
      this.#act();
    }
    if (status !== 'ENDED') {
      if (this.#course.outcome === 'EXPIRED') await this.#noteExpiry();
      return false;
    }
    const jobs = await Promise.all(
      (await jobIdsOf(stack.admin, reference)).map((id) => evidenceOf(stack.admin, id)),
    );
    // A second job of the portal flow is withdrawn when the queue reports it, because its signers act in both. That of the
    // direct flow, whose redirect URLs are lost, expires without an act.
    if (this.#course.flow === 'PORTAL' && jobs.some((job) => job.status === 'IN_PROGRESS')) return false;
    return (await unconfirmedJobsOf(stack, reference)).length === 0;
  }

  /** Its signers have their whole time. */
  async #noteExpiry(): Promise<void> {
    if (this.#hasExpired) return;
    const { admin } = this.parties.stack;
    const ids = await jobIdsOf(admin, this.planned.reference);
    const jobs = await Promise.all(ids.map((id) => evidenceOf(admin, id)));
    this.#act();
    this.#hasExpired = jobs.length > 0 && jobs.every(({ status }) => status !== 'IN_PROGRESS');
  }
}
