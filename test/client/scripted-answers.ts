import { ApplicationFailure, condition, defineSignal, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  confirmForeignChangeUpdate,
  describeQuery,
  describeQueueQuery,
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  signerReturnedUpdate,
} from '@signering/contract';

/** What a workflow answers, by the name of the query or update. */
export interface Script {
  readonly answers: Readonly<Record<string, unknown>>;
  /** In place of an answer; `result`: the workflow fails. */
  readonly failures?: Readonly<
    Record<string, { readonly type: string; readonly details: readonly unknown[] }>
  >;
  /** Ends the workflow. */
  readonly result?: unknown;
}

/** Gives a workflow its script, or a new one. */
export const scriptSignal = defineSignal<[Script]>('script');

/** Answers what its script says, as a worker of another version does. */
async function scripted(): Promise<unknown> {
  let script: Script | undefined;
  setHandler(scriptSignal, (given) => {
    script = given;
  });
  for (const query of [describeQuery, describeQueueQuery]) {
    setHandler(query, () => script?.answers[query.name] as never);
  }
  const throwFailureOf = (name: string): void => {
    const failure = script?.failures?.[name];
    if (failure === undefined) return;
    throw ApplicationFailure.nonRetryable('the vault is sealed', failure.type, ...failure.details);
  };
  for (const update of [
    cancelUpdate,
    confirmForeignChangeUpdate,
    redirectUrlsUpdate,
    freshRedirectUrlUpdate,
    signerReturnedUpdate,
  ]) {
    setHandler(update, async () => {
      await condition(() => script !== undefined);
      throwFailureOf(update.name);
      return script?.answers[update.name] as never;
    });
  }
  await condition(() => script?.result !== undefined || script?.failures?.['result'] !== undefined);
  throwFailureOf('result');
  return script?.result;
}

// For every type of workflow that the worker does not know by name.
export default scripted;
