import type { Problem } from '@signering/schema';
import type { Environment } from './environment.js';

/** Whether a process exports traces, by the standard variables of OpenTelemetry. */
export interface TraceSettings {
  readonly exported: boolean;
  /** The variables of OpenTelemetry, for its SDK. */
  readonly variables: Readonly<Record<string, string>>;
}

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
const PROTOCOL = 'http/protobuf';

/** Exports if a variable names a collector or the exporter; adds mistakes to `problems`. */
export function readTraceSettings(env: Environment, problems: Problem[]): TraceSettings {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith('OTEL_') && entry[1] !== undefined && entry[1] !== '',
  );
  const variables = Object.fromEntries(set);
  const none = { exported: false, variables };
  if (variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return none;
  const hasEndpoint = ENDPOINTS.some((name) => variables[name] !== undefined);
  const { OTEL_TRACES_EXPORTER: exporter = hasEndpoint ? 'otlp' : 'none' } = variables;
  if (exporter === 'none') return none;
  if (exporter !== 'otlp') {
    problems.push({ path: 'OTEL_TRACES_EXPORTER', message: 'must be otlp or none' });
    return none;
  }
  const protocol = PROTOCOLS.find((name) => variables[name] !== undefined);
  if (protocol !== undefined && variables[protocol] !== PROTOCOL) {
    problems.push({ path: protocol, message: `must be ${PROTOCOL}: collectors receive it on port 4318` });
  }
  return { exported: true, variables };
}
