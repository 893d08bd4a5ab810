import { defaultPayloadConverter } from '@temporalio/common';
import type {
  ActivityInput,
  Next,
  WorkflowExecuteInput,
  WorkflowInboundCallsInterceptor,
  WorkflowInterceptors,
  WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { STORAGE_ID_HEADER, withoutMark } from '@signering/contract';

type Inbound = WorkflowInboundCallsInterceptor;
type Outbound = WorkflowOutboundCallsInterceptor;

/** Adds the storage id of the workflow's input to each activity's headers; the worker compares it with its own. */
class StorageIdOfInput implements Inbound, Outbound {
  #storageId: string | undefined;

  execute(input: WorkflowExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
    this.#storageId = storageIdIn(withoutMark(input.args[0]));
    return next(input);
  }

  scheduleActivity(input: ActivityInput, next: Next<Outbound, 'scheduleActivity'>): Promise<unknown> {
    if (this.#storageId === undefined) return next(input);
    const header = { [STORAGE_ID_HEADER]: defaultPayloadConverter.toPayload(this.#storageId) };
    return next({ ...input, headers: { ...input.headers, ...header } });
  }
}

function storageIdIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('storageId' in argument)) return undefined;
  return typeof argument.storageId === 'string' ? argument.storageId : undefined;
}

/** Loaded into the workflow bundle by its path. */
export const interceptors = (): WorkflowInterceptors => {
  const storageId = new StorageIdOfInput();
  return { inbound: [storageId], outbound: [storageId] };
};
