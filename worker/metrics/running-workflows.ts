import type { Client, QueryDefinition, WorkflowExecutionInfo } from '@temporalio/client';
import { demandVersion } from '@signering/schema';

/** Queries that run at the same time: an answer may replay a history on a worker. */
const AT_ONCE = 10;
const ANSWER_WITHIN_MS = 5000;
/** Time after which a round begins no further query. A round of workflows that do not answer takes no longer, either. */
const BEGIN_WITHIN_MS = 5000;

/** The most that Temporal lists in one call. */
const PAGE_SIZE = 1000;

/** Asks workflows once, until the signal aborts; returns the answers by run id. */
export type AskRound<Answer> = (
  workflows: readonly WorkflowExecutionInfo[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Answer>>;

/**
 * The open workflows of one task queue, paused ones included. Organisations with separate certificates may share a namespace with one task
 * queue each, and the workers of one cannot answer for the others.
 */
export class RunningWorkflows {
  readonly #temporal: Client;
  readonly #ofQueue: string;
  readonly #ours: string;

  constructor(temporal: Client, taskQueue: string) {
    this.#temporal = temporal;
    this.#ofQueue = `TaskQueue="${taskQueue}"`;
    this.#ours = `${this.#ofQueue} AND CloseTime IS NULL`;
  }

  /** @param condition in the syntax of Temporal's list filters */
  async count(condition: string): Promise<number> {
    return (await this.#temporal.workflow.count(`${this.#ours} AND ${condition}`)).count;
  }

  /** @param condition in the syntax of Temporal's list filters */
  async list(condition: string): Promise<readonly WorkflowExecutionInfo[]> {
    return this.#list(`${this.#ours} AND ${condition}`, Infinity);
  }

  /** Lists ended workflows, too, the newest at most. @param condition in the syntax of Temporal's list filters */
  async listWithEnded(condition: string, most: number): Promise<readonly WorkflowExecutionInfo[]> {
    return this.#list(`${this.#ofQueue} AND ${condition}`, most);
  }

  async #list(query: string, most: number): Promise<readonly WorkflowExecutionInfo[]> {
    const listed: WorkflowExecutionInfo[] = [];
    for await (const workflow of this.#temporal.workflow.list({ query, pageSize: PAGE_SIZE })) {
      listed.push(workflow);
      if (listed.length >= most) break;
    }
    return listed;
  }

  /**
   * Asks a query in rounds of bounded time. The answers lack each workflow that does not answer or that answers in a format
   * of a later version. What one round does not ask, the next one asks first.
   * @param mostAsked limits a round
   */
  inRounds<Answer>(query: QueryDefinition<Answer>, mostAsked = Infinity): AskRound<Answer> {
    let askedAt = new Map<string, number>();

    const ask = async ({ workflowId, runId }: WorkflowExecutionInfo): Promise<Answer | undefined> => {
      try {
        const answer = await this.#temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
          this.#temporal.workflow.getHandle(workflowId, runId).query(query),
        );
        demandVersion(answer, { what: 'the answer', upgrade: 'this worker', writer: 'the other workers' });
        return answer;
      } catch {
        return undefined;
      }
    };

    return async (workflows, signal) => {
      const answers = new Map<string, Answer>();
      const longestAgo = workflows
        .map((workflow) => ({ workflow, before: askedAt.get(workflow.runId) ?? 0 }))
        .toSorted((a, b) => a.before - b.before)
        .slice(0, mostAsked);
      askedAt = new Map(workflows.map(({ runId }) => [runId, askedAt.get(runId) ?? 0]));
      const until = performance.now() + BEGIN_WITHIN_MS;
      const next = longestAgo.values();
      const askNext = async (): Promise<void> => {
        for (const { workflow } of next) {
          // Temporal's client does not cancel a call that begins after the abort.
          if (signal.aborted || performance.now() > until) return;
          askedAt.set(workflow.runId, Date.now());
          const answer = await ask(workflow);
          if (answer !== undefined) answers.set(workflow.runId, answer);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, askNext));
      signal.throwIfAborted();
      return answers;
    };
  }
}
