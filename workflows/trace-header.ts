import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  workflowInfo,
  type ActivityInput,
  type Next,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { readTraceHeader, TRACE_HEADER, type TraceHeader } from '@signering/contract';

type Inbound = WorkflowInboundCallsInterceptor;
type Outbound = WorkflowOutboundCallsInterceptor;

/**
 * Copies the trace of a workflow's start to its activities. It creates no span, and neither a run after continue-as-new nor
 * another workflow inherits the trace. Replay ignores headers, so a history replays with and without them.
 */
class TraceOfStart implements Inbound, Outbound {
  #header: TraceHeader | undefined;

  execute(input: WorkflowExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
    this.#header = headerIn(input.headers[TRACE_HEADER]);
    return next(input);
  }

  scheduleActivity(input: ActivityInput, next: Next<Outbound, 'scheduleActivity'>): Promise<unknown> {
    if (this.#header === undefined) return next(input);
    const { traceparent } = this.#header;
    const header: TraceHeader = { traceparent, startedAt: workflowInfo().startTime.getTime() };
    return next({
      ...input,
      headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(header) },
    });
  }
}

function headerIn(payload: Payload | undefined): TraceHeader | undefined {
  if (payload === undefined) return undefined;
  try {
    return readTraceHeader(defaultPayloadConverter.fromPayload(payload));
  } catch {
    // Another client wrote it in another encoding.
    return undefined;
  }
}

/** Loaded into the workflow bundle by its path. */
export const interceptors = (): WorkflowInterceptors => {
  const traces = new TraceOfStart();
  return { inbound: [traces], outbound: [traces] };
};
