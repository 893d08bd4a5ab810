import { setTimeout as wait } from 'node:timers/promises';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from '@temporalio/worker';
import type { TraceSettings } from '@signering/settings';

/** How long the last spans may take, in milliseconds. */
const STOP_WITHIN_MS = 3000;

/** The spans of this process on their way to a collector. */
export interface TraceExport {
  /** Sends the last spans. */
  readonly stop: () => Promise<void>;
}

/**
 * Sends spans to an OTLP collector, as the standard variables of OpenTelemetry say. Loads its SDK only if they ask for it. A
 * tracer provider that the process already has stays.
 */
export async function startTraceExport(
  { exported, variables }: TraceSettings,
  logger: Logger,
): Promise<TraceExport> {
  if (!exported) return { stop: () => Promise.resolve() };
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
  ]);
  const none = (): void => undefined;
  const report = (message: string): void => {
    logger.warn('Traces cannot be exported.', { reason: reasonIn(message) });
  };
  const diagnosis = { error: report, warn: report, info: none, debug: none, verbose: none };
  diag.setLogger(diagnosis, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  // The SDK reads nothing else; those of a .env file are not there yet.
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
  // The other detectors add the user's name, the command line and the host.
  const { envDetector, detectResources, resourceFromAttributes } = resources;
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'signering-worker' }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register({ propagator: null });
  return {
    stop: async () => {
      // A collector that is away must not keep the worker from its end.
      const late = wait(STOP_WITHIN_MS, 'the collector does not answer', { ref: false });
      const reason = await Promise.race([provider.shutdown().catch(textOf), late]);
      if (typeof reason === 'string') logger.warn('The last traces were not exported.', { reason });
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** In one line. OpenTelemetry's SDK reports an error as JSON, with its stack and the answer of the collector. */
function reasonIn(report: string): string {
  const [line = ''] = (messageIn(report) ?? report).split('\n', 1);
  return line;
}

function messageIn(report: string): string | undefined {
  try {
    const error: unknown = JSON.parse(report);
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    return isError && typeof error.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}
