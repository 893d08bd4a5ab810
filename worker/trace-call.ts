import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CallLogEntry } from '@signering/signing-api';

/**
 * Creates a span for a call of the signature API that an activity with a span made. It has the operation and no URL: those
 * of the service hold tokens.
 */
export function traceCall(entry: CallLogEntry): void {
  if (entry.event !== 'ANSWER' && entry.event !== 'FAILURE') return;
  if (trace.getActiveSpan() === undefined) return;
  const { operation, durationMs } = entry;
  const endTime = Date.now();
  const span = trace.getTracer('@signering/worker').startSpan(`signature API ${operation}`, {
    kind: SpanKind.CLIENT,
    startTime: endTime - durationMs,
    attributes: { 'signering.operation': operation },
  });
  if (entry.event === 'ANSWER') span.setAttribute('http.response.status_code', entry.httpStatus);
  else span.setAttribute('error.type', entry.code);
  if (entry.event === 'FAILURE' || entry.httpStatus >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endTime);
}
