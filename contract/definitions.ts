import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/client';

// Plain objects with the shape that Temporal's defineUpdate, defineSignal and defineQuery return. Calling those
// functions would make every importer of the contract load @temporalio/workflow, in this package's version of it.

/** An update definition by name, typed with its result and arguments. */
export function updateNamed<Answer, Args extends unknown[]>(name: string): UpdateDefinition<Answer, Args> {
  return { type: 'update', name } as UpdateDefinition<Answer, Args>;
}

/** A signal definition by name, typed with its arguments. */
export function signalNamed<Args extends unknown[]>(name: string): SignalDefinition<Args> {
  return { type: 'signal', name } as SignalDefinition<Args>;
}

/** A query definition by name, typed with its result. */
export function queryNamed<Answer>(name: string): QueryDefinition<Answer> {
  return { type: 'query', name } as QueryDefinition<Answer>;
}
