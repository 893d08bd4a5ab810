import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context as TraceContext,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { Context, type Info } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { readTraceHeader, TRACE_HEADER, WORKFLOW_TYPES, type Flow } from '@signering/contract';
import { jobIdIn } from './log-attributes-interceptor.js';

/** How long after a workflow's start its activities belong to the trace of the start, in milliseconds. */
const TRACE_LASTS_MS = 60 * 60_000;

const FLOWS: Readonly<Record<string, Flow>> = {
  [WORKFLOW_TYPES.portalSigning]: 'PORTAL',
  [WORKFLOW_TYPES.directSigning]: 'DIRECT',
};

/**
 * Creates a span for each attempt of an activity of a job, if the process has a tracer provider. The activity of a poller
 * runs for an hour and belongs to no job: it has no span.
 */
export class TraceInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { info } = Context.current();
    if (info.workflowType === WORKFLOW_TYPES.statusQueue) return next(input);
    const { parent, links } = originOf(input.headers[TRACE_HEADER]);
    const span = trace
      .getTracer('@signering/activities')
      .startSpan(
        `activity ${info.activityType}`,
        { links, attributes: attributesOf(info, input.args[0]) },
        parent,
      );
    try {
      const result = await context.with(trace.setSpan(parent, span), () => next(input));
      const signatureJobId = jobIdIn(result);
      if (signatureJobId !== undefined) span.setAttribute('signering.job_id', signatureJobId);
      return result;
    } catch (error) {
      const failure = error instanceof ApplicationFailure ? error : undefined;
      // No message: it may quote the service's text, which may name a person.
      span.setAttribute('error.type', failure?.type ?? 'Error');
      if (failure?.category !== 'BENIGN') span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }
}

/**
 * The trace of the workflow's start in its first hour; later a new trace with a link to it, because jobs last for months. A
 * start that its client did not sample leads to no new trace.
 */
function originOf(payload: Payload | undefined): { readonly parent: TraceContext; readonly links: Link[] } {
  const header =
    payload === undefined ? undefined : readTraceHeader(defaultPayloadConverter.fromPayload(payload));
  if (header === undefined) return { parent: ROOT_CONTEXT, links: [] };
  const { traceparent, startedAt = 0 } = header;
  const start = spanContextOf(traceparent);
  const isSampled = (start.traceFlags & TraceFlags.SAMPLED) !== 0;
  return isSampled && Date.now() - startedAt > TRACE_LASTS_MS
    ? { parent: ROOT_CONTEXT, links: [{ context: start }] }
    : { parent: trace.setSpanContext(ROOT_CONTEXT, start), links: [] };
}

function spanContextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/** No personal data: a reference holds none by rule. */
function attributesOf({ workflowExecution, workflowType, attempt }: Info, argument: unknown): Attributes {
  const [, organization, reference] =
    /^signing\/(\d{9})\/(.+)$/u.exec(workflowExecution?.workflowId ?? '') ?? [];
  const attributes = {
    'signering.organization': organization,
    'signering.reference': reference,
    'signering.flow': FLOWS[workflowType ?? ''],
    'signering.job_id': jobIdIn(argument),
    'signering.attempt': attempt,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
