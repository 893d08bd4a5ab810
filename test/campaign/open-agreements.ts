import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowClient } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import type { TestStack } from '../fixtures/index.js';
import { courseOf, type PlannedAgreement } from './agreement-plan.js';

/** The argument of {@link OpenAgreements}. */
export interface OpenAgreementParts {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly workflows: WorkflowClient;
  readonly organizationNumber: string;
  /** By the references of agreements. */
  readonly lastErrors: ReadonlyMap<string, string>;
  /** What each worker has logged, as lines. */
  readonly logs: () => readonly string[];
}

/** Log lines that are shown of each worker. */
const LAST_LINES = 8;
/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** For which something must remain true, in milliseconds: a change at the service is delivered several times in it. */
const REMAINS_FOR_MS = 20_000;

/** Tells why agreements have not ended. */
export class OpenAgreements {
  readonly #begun = performance.now();

  constructor(readonly parts: OpenAgreementParts) {}

  /**
   * Why an agreement has not ended: its state, its jobs at the service with the reasons for which changes
   * were not delivered, its activities under way, and what each worker logged last about it. One line.
   */
  async describe({ reference, kind }: PlannedAgreement): Promise<string> {
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    const { client, lastErrors, logs } = this.parts;
    const [state, atService, activities] = await Promise.all(
      [
        client.getJob(reference).then((job) => job.state),
        this.#jobsAtService(reference, courseOf(kind).flow),
        this.#pendingActivities(reference),
      ].map((part) => part.catch(messageOf)),
    );
    const ended = `has not ended within ${seconds} s; the last error of a caller: ${lastErrors.get(reference) ?? 'none'}`;
    const logged =
      logs()
        .flatMap((log) => lastLinesAbout(reference, log))
        .join(' | ') || 'nothing';
    return `${reference}: ${ended}; now ${state}; at the service: ${atService}; activities under way: ${activities}; logged: ${logged}`;
  }

  /** Waits until `holds` has been true for 20 seconds of what is said of those that are open. False when it ended before. */
  async remain(
    open: () => readonly PlannedAgreement[],
    holds: (lines: readonly string[]) => boolean,
    end: AbortSignal,
  ): Promise<boolean> {
    let since: number | undefined;
    while (!end.aborted) {
      const lines = await Promise.all(open().map((agreement) => this.describe(agreement)));
      since = holds(lines) ? (since ?? performance.now()) : undefined;
      if (since !== undefined && performance.now() - since >= REMAINS_FOR_MS) return true;
      await delay(LOOK_EVERY_MS);
    }
    return false;
  }

  async #jobsAtService(reference: string, flow: 'DIRECT' | 'PORTAL'): Promise<string> {
    const { stack, client } = this.parts;
    const ids = await jobIdsOf(stack.admin, reference);
    const queues = await client.listQueues({ flow });
    const described = await Promise.all(queues.map((queue) => client.getQueue(queue)));
    const undelivered = described.flatMap((queue) => queue.undelivered);
    const jobs = ids.map(async (id) => {
      const { status } = await stack.admin.job(id);
      const { reason = 'delivered' } = undelivered.find((one) => one.signatureJobId === id) ?? {};
      return `${id} ${status} ${reason}`;
    });
    return (await Promise.all(jobs)).join(', ') || 'none';
  }

  async #pendingActivities(reference: string): Promise<string> {
    const { workflows, organizationNumber } = this.parts;
    const { raw } = await workflows.getHandle(signingWorkflowId(organizationNumber, reference)).describe();
    const pending = (raw.pendingActivities ?? []).map((activity) => {
      const { activityType, attempt, lastFailure, lastStartedTime, lastWorkerIdentity } = activity;
      const failure = lastFailure?.applicationFailureInfo?.type ?? 'no failure';
      const { type, state } = { type: activityType?.name ?? '', state: activity.state ?? '' };
      const since = new Date(Number(lastStartedTime?.seconds ?? 0) * 1000).toISOString();
      return `${type} ${state}, attempt ${attempt}, since ${since} by ${lastWorkerIdentity}, ${failure}`;
    });
    return pending.join(', ') || 'none';
  }
}

function lastLinesAbout(reference: string, log: string): readonly string[] {
  const lines = log.split('\n').filter((line) => line.includes(`"${reference}"`));
  return lines.slice(-LAST_LINES);
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
