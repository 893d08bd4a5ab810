/**
 * Header of a workflow's start and of activities, as in Temporal's OpenTelemetry interceptors for every language.
 * Headers are not encrypted, so ours holds the ids of a span and no baggage.
 */
export const TRACE_HEADER = '_tracer-data';

/** The value of {@link TRACE_HEADER}. */
export interface TraceHeader {
  /** Spec: W3C Trace Context, traceparent, version 00. */
  readonly traceparent: string;
  /** When the workflow started, in milliseconds since 1970: of activities only. */
  readonly startedAt?: number;
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/u;

/** Reads a value that any client may have written; undefined if it names no span. */
export function readTraceHeader(value: unknown): TraceHeader | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { traceparent, startedAt } = value as { readonly [Name in keyof TraceHeader]?: unknown };
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  return typeof startedAt === 'number' ? { traceparent, startedAt } : { traceparent };
}
