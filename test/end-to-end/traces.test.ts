import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Client, defaultPayloadConverter, type Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { SigningClient } from '@signering/client';
import { signingWorkflowId, statusQueueWorkflowId, TRACE_HEADER } from '@signering/contract';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { createPayloadCodec, parseKeys } from '@signering/encryption';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { freshFolder, useQuietRuntime, waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob } from './direct-jobs.js';
import { startOtlpCollector, type OtlpCollector, type ReceivedSpan } from './otlp-collector.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

/** What the job holds of persons, and the sender's own words. */
const SECRETS = [...SYNTHETIC_SIGNERS.slice(0, 1), 'signer-1@example.com', 'Agreement', 'Kari Nordmann'];

interface Event {
  readonly [attributes: string]: unknown;
}
interface History {
  readonly events: readonly Event[];
}

describe('traces', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let collector: OtlpCollector;
  const workerSettings: Record<string, string> = {};
  let organization: string;

  before(async () => {
    collector = await startOtlpCollector();
    workerSettings['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.endpoint;
    workerSettings['OTEL_BSP_SCHEDULE_DELAY'] = '100';
    workerSettings['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=test';
  });
  after(() => collector.close());
  useSigningStack(
    (started) => {
      ({ stack, client, connection } = started);
      organization = stack.env['SIGNERING_ORGANIZATION'] ?? '';
    },
    { workerSettings },
  );
  useQuietRuntime();

  async function historyOf(workflowId: string): Promise<History> {
    const { workflow } = new Client({ connection, namespace: stack.temporal.namespace });
    return JSON.parse(historyToJSON(await workflow.getHandle(workflowId).fetchHistory())) as History;
  }
  const jobHistory = (reference: string) => historyOf(signingWorkflowId(organization, reference));

  function replay(history: History): Promise<void> {
    const keys = parseKeys(stack.env['SIGNERING_KEYS'] ?? '');
    return Worker.runReplayHistory(
      {
        workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
        dataConverter: { payloadCodecs: [createPayloadCodec(keys)] },
      },
      history,
    );
  }

  /** Runs a job to its end, and returns its spans as soon as that of its last activity has arrived. */
  async function signedJob(reference: string): Promise<readonly ReceivedSpan[]> {
    await client.startPortalJob({
      ...(await portalJob(reference)),
      metadata: { customer: 'Kari Nordmann' },
    });
    await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    await client.waitForResult(reference);
    return waitFor(
      () => {
        const spans = collector.spans.filter((span) => span.attributes['signering.reference'] === reference);
        const ended = spans.some(({ name }) => name === 'activity confirmOutcome');
        return Promise.resolve(ended && spans);
      },
      { what: 'the spans of the job have arrived' },
    );
  }

  describe('of a program that has a tracer provider', () => {
    let provider: NodeTracerProvider;
    before(() => {
      const exporter = new OTLPTraceExporter({ url: `${collector.endpoint}/v1/traces` });
      provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
      provider.register();
    });
    after(async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    });

    it("go from the program's span over the client and the activity to the API call", async () => {
      const spans = await trace.getTracer('program').startActiveSpan('sign the contract', async (span) => {
        const arrived = await signedJob('traced');
        span.end();
        return arrived;
      });
      await provider.forceFlush();
      const [program] = await waitFor(
        () => {
          const found = collector.spans.filter(({ name }) => name === 'sign the contract');
          return Promise.resolve(found.length > 0 && found);
        },
        { what: 'the span of the program has arrived' },
      );
      const start = spans.find(({ name }) => name === 'startPortalJob');
      const activity = spans.find(({ name }) => name === 'activity createSignatureJob');
      const call = collector.spans.find(
        ({ traceId, attributes }) =>
          traceId === program?.traceId && attributes['signering.operation'] === 'create',
      );
      assert.ok(program && start && activity && call);
      assert.deepEqual(
        [start, activity, call].map(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
        [program, start, activity].map(({ traceId, spanId }) => [traceId, spanId]),
      );
      const job = { 'signering.organization': organization, 'signering.flow': 'PORTAL' };
      assert.deepEqual(start.attributes, { ...job, 'signering.reference': 'traced' });
      assert.deepEqual(activity.attributes, {
        ...job,
        'signering.reference': 'traced',
        'signering.attempt': 1,
        'signering.job_id': (await client.getJob('traced')).signatureJobId,
      });
      assert.equal(call.name, 'signature API create');
      assert.deepEqual(call.attributes, {
        'signering.operation': 'create',
        'http.response.status_code': 200,
      });
      assert.equal(call.serviceName, 'signering-worker');
    });

    it('hold no personal data and no URL of the service', async () => {
      await signedJob('secret');
      const received = collector.received();
      const host = new URL(stack.env['SIGNERING_API_URL'] ?? '').host;
      for (const text of [...SECRETS, host, '?token='])
        assert.ok(!received.includes(text), `${text} reached the collector`);
    });

    it('of a direct job begin in the client too', async () => {
      await createdDirectJob(client, await directJob('traced-direct'));
      const spansOf = (called: string) =>
        collector.spans.filter(
          ({ name, attributes }) => name === called && attributes['signering.reference'] === 'traced-direct',
        );
      const created = await waitFor(() => spansOf('activity createSignatureJob')[0], {
        what: 'the span of the create has arrived',
      });
      // A call that is repeated has a separate trace.
      const start = await waitFor(
        () => spansOf('startDirectJob').find(({ spanId }) => spanId === created.parentSpanId),
        { what: 'the span of the call that started the job has arrived' },
      );
      assert.equal(created.traceId, start.traceId);
    });

    it('leave the ids of a span in the headers of the job, and nothing in those of its poller', async () => {
      await signedJob('headers');
      const headers = (await jobHistory('headers')).events.map(headerOf).filter((one) => one !== undefined);
      const [first, ...others] = headers;
      assert.match(JSON.stringify(first), /^\{"traceparent":"00-[0-9a-f]{32}-[0-9a-f]{16}-01"\}$/u);
      assert.ok(others.length > 3);
      for (const other of others) assert.deepEqual(Object.keys(other), ['traceparent', 'startedAt']);
      const queue = statusQueueWorkflowId(organization, 'PORTAL', 'signering-workflows');
      assert.deepEqual((await historyOf(queue)).events.map(headerOf).filter(Boolean), []);
    });

    it('take no baggage that another interceptor wrote', async () => {
      const { traceId, spanId } = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
      const traceparent = `00-${traceId}-${spanId}-01`;
      const withBaggage = defaultPayloadConverter.toPayload({ traceparent, baggage: 'user=Kari' });
      const other = await SigningClient.connect({
        env: stack.env,
        interceptors: {
          workflow: [
            {
              startWithDetails: (input, next) =>
                next({ ...input, headers: { ...input.headers, [TRACE_HEADER]: withBaggage } }),
            },
          ],
        },
      });
      try {
        await other.startPortalJob(await portalJob('with-baggage'));
        assert.deepEqual(headerOf((await jobHistory('with-baggage')).events[0]), { traceparent });
      } finally {
        await other.close();
      }
    });

    it('change no replay: a history with them replays without them', async () => {
      await signedJob('replayed');
      const history = await jobHistory('replayed');
      await replay(history);
      await replay({ events: history.events.map(withoutHeader) });
    });
  });

  it('of a worker alone begin with its activities', async () => {
    const spans = await signedJob('worker-alone');
    assert.ok(spans.every(({ name, parentSpanId }) => name.startsWith('activity ') && parentSpanId === ''));
    assert.deepEqual((await jobHistory('worker-alone')).events.map(headerOf).filter(Boolean), []);
  });

  it('change no replay: a history without them replays with them', async () => {
    await signedJob('not-traced');
    const { events } = await jobHistory('not-traced');
    await replay({ events });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const header = { fields: { [TRACE_HEADER]: jsonOf(defaultPayloadConverter.toPayload({ traceparent })) } };
    const started = 'workflowExecutionStartedEventAttributes';
    await replay({
      events: events.map((event) =>
        event[started] === undefined
          ? event
          : { ...event, [started]: { ...(event[started] as object), header } },
      ),
    });
  });

  it('delay no job when the collector does not answer: the log says so', async () => {
    const worker = await stack.startWorker({
      SIGNERING_TASK_QUEUE: 'no-collector',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    const env = { ...stack.env, SIGNERING_TASK_QUEUE: 'no-collector' };
    const other = await SigningClient.connect({ env });
    try {
      await other.startPortalJob(await portalJob('no-collector'));
      await createdJobIdOf(other, 'no-collector');
      // The first export of a busy worker may run out of time before it has a connection.
      const refused =
        /^.*"reason":"connect ECONNREFUSED 127\.0\.0\.1:\d+".*"msg":"Traces cannot be exported\.".*$/mu;
      const [line] = await waitFor(() => refused.exec(worker.logged()) ?? undefined, {
        what: 'the log says that traces are not exported',
        explain: () => worker.logged(),
      });
      assert.doesNotMatch(line, /stack|node:/u);
    } finally {
      await other.close();
      await worker.stop(20_000);
    }
  });

  it('are off by default: a worker loads no SDK of OpenTelemetry', async () => {
    const scripts = join(freshFolder('traces'), 'scripts');
    const worker = await stack.startWorker({ NODE_V8_COVERAGE: scripts });
    // Writes the record when it ends, so nothing may kill it before.
    process.kill(worker.pid, 'SIGTERM');
    await worker.ended;
    const record = readdirSync(scripts)
      .map((name) => readFileSync(join(scripts, name), 'utf8'))
      .join('');
    const loaded = new Set(record.match(/(?<=\/node_modules\/)@(?:opentelemetry|temporalio)\/[\w-]+/gu));
    assert.ok(loaded.has('@temporalio/worker'));
    assert.deepEqual(
      [...loaded].filter((name) => name.startsWith('@opentelemetry/')),
      ['@opentelemetry/api'],
    );
  });
});

/** The attributes of an event: its one member that is an object. */
function attributesOf(
  event: Event | undefined,
): readonly [string, { readonly header?: unknown }] | undefined {
  return Object.entries(event ?? {}).find(([name]) => name.endsWith('EventAttributes')) as
    [string, { readonly header?: unknown }] | undefined;
}

/** What an event's header says of a trace. */
function headerOf(event: Event | undefined): object | undefined {
  const header = attributesOf(event)?.[1].header as
    { readonly fields?: Readonly<Record<string, { readonly data: string }>> } | undefined;
  const payload = header?.fields?.[TRACE_HEADER];
  return payload === undefined
    ? undefined
    : (JSON.parse(Buffer.from(payload.data, 'base64').toString()) as object);
}

function withoutHeader(event: Event): Event {
  const found = attributesOf(event);
  if (found === undefined) return event;
  const { header: _, ...others } = found[1];
  return { ...event, [found[0]]: others };
}

/** A payload as in the JSON of a history. */
function jsonOf({ metadata, data }: ReturnType<typeof defaultPayloadConverter.toPayload>): unknown {
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    ),
    data: base64(data),
  };
}
