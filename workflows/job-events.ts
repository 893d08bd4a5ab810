import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  log,
  workflowInfo,
} from '@temporalio/workflow';
import {
  eventKeyOf,
  type DeletionAlarm,
  type JobEvent,
  type JobEventFacts,
  type JobIdentity,
  type SignerProgress,
} from '@signering/contract';
import type { ErrorCode, WebhookType } from '@signering/schema';
import { publishEvents } from './activities.js';

/** How long the end of a job waits until its events are published. */
const PUBLISH_WITHIN = '5 minutes';

/** What {@link JobEvents} adds to an event besides its type. */
interface EventOptions extends JobEventFacts {
  /** Of the event among those of its type. */
  readonly key: string;
  /** ISO 8601. @default now */
  readonly at?: string;
}

/**
 * The events of a job, which its webhooks report. They are published one batch after the other beside the job's own steps,
 * which never wait for them. Records and publishes nothing until the worker says that it has receivers.
 */
export class JobEvents {
  readonly #identity: JobIdentity;
  readonly #keys = new Set<string>();
  #wanted = false;
  #questions = 0;
  #queue: JobEvent[] = [];
  #publishing: Promise<void> | undefined;

  constructor(identity: JobIdentity) {
    this.#identity = identity;
  }

  /** Publishes events from now on: the worker has receivers. */
  want(): void {
    this.#wanted = true;
  }

  get areWanted(): boolean {
    return this.#wanted;
  }

  created(signatureJobId: string): void {
    this.#add('job.created', { key: signatureJobId, signatureJobId });
  }

  /** Publishes who has signed or rejected; each signer once. */
  signers(signers: readonly SignerProgress[], signatureJobId = ''): void {
    for (const { signer, status, since } of signers) {
      if (status !== 'SIGNED' && status !== 'REJECTED') continue;
      this.#add(status === 'SIGNED' ? 'signer.signed' : 'signer.rejected', {
        key: `${signatureJobId}/${signer}`,
        signatureJobId,
        signer,
        // The service may leave the offset out.
        ...(since?.endsWith('Z') === true && { at: since }),
      });
    }
  }

  /** Publishes that the service deletes soon what is not archived; each alarm of a job once. */
  deletionAlarm(
    { serviceKeepsUntil, raisedAfterDays }: DeletionAlarm,
    facts: Pick<JobEventFacts, 'state' | 'signatureJobId' | 'duplicate'>,
  ): void {
    const key = `deletion-alarm/${facts.signatureJobId ?? ''}/${raisedAfterDays}`;
    this.#add('job.needs_operator', { key, serviceKeepsUntil, ...facts });
  }

  /** Publishes each time that an operator has to decide. */
  needsOperator(facts: Pick<JobEventFacts, 'state' | 'signatureJobId' | 'duplicate'>): void {
    this.#questions += 1;
    this.#add('job.needs_operator', { key: `${workflowInfo().runId}/${this.#questions}`, ...facts });
  }

  completed(facts: Required<Pick<JobEventFacts, 'signatureJobId' | 'outcome'>>): void {
    this.#add('job.completed', { key: facts.signatureJobId, ...facts });
  }

  archived(facts: Required<Pick<JobEventFacts, 'signatureJobId' | 'outcome'>>): void {
    this.#add('job.archived', { key: facts.signatureJobId, ...facts });
  }

  /** Publishes that the process failed before the job existed. */
  failed(error: unknown): void {
    const failure = error instanceof ActivityFailure ? error.cause : error;
    const known = failure instanceof ApplicationFailure ? failure : undefined;
    if (isWantedBy(known)) this.want();
    const code: ErrorCode = known?.type ?? 'SIGNING_ABORTED';
    this.#add('job.failed', { key: workflowInfo().runId, code });
  }

  /** Waits some minutes until everything is published, and for update handlers that began meanwhile. */
  async end(): Promise<void> {
    if (this.#publishing === undefined) return;
    const isPublished = await CancellationScope.nonCancellable(() =>
      condition(() => this.#publishing === undefined, PUBLISH_WITHIN, {
        summary: 'Until the events are published',
      }),
    );
    if (!isPublished) log.error('A job ends before its last events are published: they are lost.');
    await condition(allHandlersFinished);
  }

  #add(type: WebhookType, { key, at = new Date().toISOString(), ...facts }: EventOptions): void {
    const whole = eventKeyOf(type, key);
    if (!this.#wanted || this.#keys.has(whole)) return;
    this.#keys.add(whole);
    this.#queue.push({ type, at, key: whole, facts });
    this.#publishing ??= this.#publish();
  }

  async #publish(): Promise<void> {
    const { organizationNumber, reference } = this.#identity;
    try {
      while (this.#queue.length > 0) {
        const events = this.#queue.splice(0);
        await CancellationScope.nonCancellable(() =>
          publishEvents({ organizationNumber, reference, events }),
        );
      }
    } catch (error) {
      // The job goes on without its events.
      log.error('Events of a job could not be published.', { error });
    }
    this.#publishing = undefined;
  }
}

/** The worker adds this to the failure of a create, whose result says so otherwise. */
function isWantedBy(failure: ApplicationFailure | undefined): boolean {
  const [facts] = (failure?.details ?? []) as readonly ({ readonly webhooks?: boolean } | undefined)[];
  return facts?.webhooks === true;
}
