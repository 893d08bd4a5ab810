import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { TraceInterceptor } from '@signering/activities';
import { TRACE_HEADER, type TraceHeader } from '@signering/contract';

const TRACE_ID = 'a'.repeat(32);
const SPAN_ID = 'b'.repeat(16);
const HOUR_MS = 60 * 60_000;

describe('TraceInterceptor', () => {
  const exporter = new InMemorySpanExporter();
  before(() =>
    trace.setGlobalTracerProvider(
      new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    ),
  );
  after(() => trace.disable());
  beforeEach(() => exporter.reset());

  /** The spans of an activity whose workflow started with a trace some time ago. */
  async function spansOf(
    ageMs: number,
    { flags = '01', workflowType = 'portalSigning', failure }: Options = {},
  ) {
    const header: TraceHeader = {
      traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}`,
      startedAt: Date.now() - ageMs,
    };
    const headers = { [TRACE_HEADER]: defaultPayloadConverter.toPayload(header) };
    const environment = new MockActivityEnvironment(
      { activityType: 'archivePades', workflowType },
      { logger: new DefaultLogger('ERROR') },
    );
    const next = () => (failure === undefined ? Promise.resolve() : Promise.reject(failure));
    const ended = environment.run(() => new TraceInterceptor().execute({ args: [], headers }, next));
    await (failure === undefined ? ended : assert.rejects(ended));
    return exporter.getFinishedSpans();
  }

  it("continues the trace of the workflow's start in its first hour", async () => {
    const [span] = await spansOf(HOUR_MS - 60_000);
    assert.equal(span?.parentSpanContext?.spanId, SPAN_ID);
    assert.deepEqual([span.spanContext().traceId, span.links], [TRACE_ID, []]);
  });

  it('begins a new trace with a link to the start later: no trace lasts for months', async () => {
    const [span] = await spansOf(HOUR_MS + 60_000);
    assert.equal(span?.parentSpanContext, undefined);
    assert.notEqual(span?.spanContext().traceId, TRACE_ID);
    assert.deepEqual(
      span?.links.map(({ context }) => [context.traceId, context.spanId]),
      [[TRACE_ID, SPAN_ID]],
    );
  });

  it('records nothing, also later, of a start that its client did not sample', async () => {
    assert.deepEqual(await spansOf(0, { flags: '00' }), []);
    assert.deepEqual(await spansOf(HOUR_MS + 60_000, { flags: '00' }), []);
  });

  it('has no span for a poll, which runs for an hour and belongs to no job', async () => {
    assert.deepEqual(await spansOf(0, { workflowType: 'statusQueue' }), []);
  });

  it("names the code of a failure, and not its message, which may quote the service's text", async () => {
    const failure = ApplicationFailure.nonRetryable('Kari Nordmann is unknown', 'REQUEST_REFUSED');
    const [span] = await spansOf(0, { failure });
    assert.equal(span?.attributes['error.type'], 'REQUEST_REFUSED');
    assert.deepEqual([span.events, span.status], [[], { code: 2 }]);
  });
});

interface Options {
  readonly flags?: string;
  readonly workflowType?: string;
  readonly failure?: Error;
}
