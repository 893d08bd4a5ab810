import {
  ApplicationFailure,
  log,
  patched,
  workflowInfo,
  type Next,
  type QueryInput,
  type SignalInput,
  type UpdateInput,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import { undecryptableReasonOf, verdictOf, type UndecryptableReason } from '@signering/contract';
import type { ErrorCode } from '@signering/schema';
import { hasShapeOf } from './signal-shapes.js';

type Inbound = WorkflowInboundCallsInterceptor;

const ADD_THE_KEY = 'Add the key to SIGNERING_KEYS of the workers and restart them';

/**
 * Drops signals that the worker cannot decrypt, or whose argument has the wrong form, and refuses such updates and
 * queries. Anyone with access to Temporal can send them, and an exception would fail the workflow task permanently. A
 * marker records each dropped input, so that a replay agrees under any keys. A workflow whose input cannot
 * be decrypted waits for a worker that has the key.
 */
class UndecryptableInput implements Inbound {
  #inputs = 0;

  execute(input: WorkflowExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
    const reason = reasonOf(input);
    if (reason === undefined) return next(input);
    const { workflowId } = workflowInfo();
    log.error(`The input of a workflow cannot be decrypted; the workflow waits. ${ADD_THE_KEY}.`, {
      keyId: reason.keyId,
    });
    // An ApplicationFailure would end the workflow.
    return Promise.reject(new Error(`The input of ${workflowId} ${reason.problem}. ${ADD_THE_KEY}.`));
  }

  handleSignal(input: SignalInput, next: Next<Inbound, 'handleSignal'>): Promise<void> {
    const { signalName } = input;
    const reason = reasonOf(input);
    const isPlain = input.args.some((argument) => verdictOf(argument) !== undefined);
    const isWellFormed = isPlain || hasShapeOf(signalName, input.args[0]);
    return this.#unlessDropped(reason ?? (isWellFormed ? undefined : 'MALFORMED'), {
      drop: () => {
        log.warn(
          reason === undefined
            ? 'A signal was dropped: its argument is missing or has the wrong form.'
            : 'A signal was dropped: it cannot be decrypted.',
          { signal: signalName, ...(reason !== undefined && { keyId: reason.keyId }) },
        );
        return Promise.resolve();
      },
      take: () => next(input),
    });
  }

  async handleQuery(input: QueryInput, next: Next<Inbound, 'handleQuery'>): Promise<unknown> {
    const reason = reasonOf(input);
    if (reason !== undefined) throw refusal(input.queryName, reason);
    return next(input);
  }

  validateUpdate(input: UpdateInput, next: Next<Inbound, 'validateUpdate'>): void {
    const reason = reasonOf(input);
    if (reason !== undefined) throw refusal(input.name, reason);
    next(input);
  }

  /** Some handlers have no validator. Asynchronous, because a synchronous exception here fails the workflow task. */
  async handleUpdate(input: UpdateInput, next: Next<Inbound, 'handleUpdate'>): Promise<unknown> {
    const reason = reasonOf(input);
    return this.#unlessDropped(reason, {
      drop: () =>
        Promise.reject(refusal(input.name, reason ?? { problem: 'could not be decrypted when it came' })),
      take: () => next(input),
    });
  }

  /** Accepts or drops an input; a replay repeats the recorded decision. */
  #unlessDropped<T>(
    reason: UndecryptableReason | 'MALFORMED' | undefined,
    { drop, take }: { readonly drop: () => Promise<T>; readonly take: () => Promise<T> },
  ): Promise<T> {
    this.#inputs += 1;
    const id = `dropped-input-${this.#inputs}`;
    if (!workflowInfo().unsafe.isReplaying) {
      if (reason === undefined) return take();
      patched(id);
      return drop();
    }
    if (patched(id)) return drop();
    if (reason === undefined || reason === 'MALFORMED') return take();
    // A worker with the key accepted it: this replay needs the key.
    return Promise.reject(
      new Error(`An input that is part of the history ${reason.problem}. ${ADD_THE_KEY}.`),
    );
  }
}

function reasonOf({ args }: { readonly args: readonly unknown[] }): UndecryptableReason | undefined {
  return args.map(undecryptableReasonOf).find((reason) => reason !== undefined);
}

function refusal(name: string, { problem }: UndecryptableReason): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The argument of ${name} ${problem}. Send it under a key that the workers have.`,
    'KEY_MISMATCH' satisfies ErrorCode,
  );
}

/** Loaded into the workflow bundle by its path. */
export const interceptors = (): WorkflowInterceptors => ({ inbound: [new UndecryptableInput()] });
