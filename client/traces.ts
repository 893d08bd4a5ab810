import { isSpanContextValid, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  defaultPayloadConverter,
  type ClientInterceptors,
  type Payload,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
import {
  readTraceHeader,
  TRACE_HEADER,
  WORKFLOW_TYPES,
  type Flow,
  type TraceHeader,
} from '@signering/contract';
import { SigningError } from '@signering/schema';

type Headers = Parameters<NonNullable<WorkflowClientInterceptor['signal']>>[0]['headers'];

/** Workflows whose activities belong to the trace of their start. Pollers and webhooks outlive it. */
const TRACED: readonly string[] = [WORKFLOW_TYPES.portalSigning, WORKFLOW_TYPES.directSigning];

/** What a span says of the start of a job. */
interface StartToTrace {
  readonly name: string;
  readonly organizationNumber: string;
  readonly flow: Flow;
}

/** Starts a job in a span, if the program has a tracer provider. */
export function startInSpan<Job extends { readonly reference: string }>(
  { name, organizationNumber, flow }: StartToTrace,
  start: () => Promise<Job>,
): Promise<Job> {
  const attributes = { 'signering.organization': organizationNumber, 'signering.flow': flow };
  const tracer = trace.getTracer('@signering/client');
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const job = await start();
      // Not before it was checked: a reference that is refused may hold an identity number.
      span.setAttribute('signering.reference', job.reference);
      return job;
    } catch (error) {
      // No message: it may name a document or a signer.
      span.setAttribute('error.type', error instanceof SigningError ? error.code : 'Error');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds the ids of the active span to the start of a job's workflow, after the program's own interceptors. */
export function withTraces(interceptors: ClientInterceptors = {}): ClientInterceptors {
  const { workflow = [] } = interceptors;
  const own: WorkflowClientInterceptor = {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the oldest client that is supported has no other
    start: (input, next) => next({ ...input, headers: tracedHeaders(input.workflowType, input.headers) }),
    startUpdateWithStart: (input, next) =>
      next({
        ...input,
        workflowStartHeaders: tracedHeaders(input.workflowType, input.workflowStartHeaders),
      }),
  };
  if (Array.isArray(workflow)) return { ...interceptors, workflow: [...workflow, own] };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a program may still give factories
  const { calls = [] } = workflow;
  return { ...interceptors, workflow: { calls: [...calls, () => own] } };
}

/** The header is plain text: an interceptor of the program may have written baggage into it. */
function tracedHeaders(workflowType: string, headers: Headers): Headers {
  const { [TRACE_HEADER]: given, ...others } = headers;
  const header = given === undefined ? activeSpan() : headerIn(given);
  if (header === undefined || !TRACED.includes(workflowType)) return others;
  const { traceparent } = header;
  return {
    ...others,
    [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent } satisfies TraceHeader),
  };
}

function headerIn(payload: Payload): TraceHeader | undefined {
  try {
    return readTraceHeader(defaultPayloadConverter.fromPayload(payload));
  } catch {
    // The program wrote it in another encoding.
    return undefined;
  }
}

function activeSpan(): TraceHeader | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
}
