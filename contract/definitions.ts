import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/client';

// What Temporal's defineUpdate, defineSignal and defineQuery make. They are made here, because a program that imports
// the contract would load all of @temporalio/workflow with them, in the one version that this package depends on.

/** An update by its name, with the types of its answer and its arguments. */
export function updateNamed<Answer, Args extends unknown[]>(name: string): UpdateDefinition<Answer, Args> {
  return { type: 'update', name } as UpdateDefinition<Answer, Args>;
}

/** A signal by its name, with the types of its arguments. */
export function signalNamed<Args extends unknown[]>(name: string): SignalDefinition<Args> {
  return { type: 'signal', name } as SignalDefinition<Args>;
}

/** A query by its name, with the type of its answer. */
export function queryNamed<Answer>(name: string): QueryDefinition<Answer> {
  return { type: 'query', name } as QueryDefinition<Answer>;
}
