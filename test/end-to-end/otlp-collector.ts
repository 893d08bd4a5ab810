import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';

/** A span as a collector received it; ids are hexadecimal. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of its resource. */
  readonly serviceName: unknown;
}

/** A collector of traces on a free port. */
export interface OtlpCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** Everything that was received: paths, headers and bodies. */
  received(): Buffer;
  close(): Promise<void>;
}

/** Spec: OpenTelemetry protocol 1.x, trace_service.proto; only the fields that the tests read. */
const REQUEST = protobuf
  .parse(
    `syntax = "proto3";
    message Request { repeated ResourceSpans resourceSpans = 1; }
    message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
    message Resource { repeated KeyValue attributes = 1; }
    message ScopeSpans { repeated Span spans = 2; }
    message Span {
      bytes traceId = 1; bytes spanId = 2; bytes parentSpanId = 4; string name = 5;
      repeated KeyValue attributes = 9; repeated Link links = 13;
    }
    message Link { bytes traceId = 1; bytes spanId = 2; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue { string stringValue = 1; int64 intValue = 3; }`,
  )
  .root.lookupType('Request');

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}
interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue: string; readonly intValue: number };
}
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Ids & {
        readonly parentSpanId: string;
        readonly name: string;
        readonly attributes: readonly KeyValue[];
        readonly links: readonly Ids[];
      })[];
    }[];
  }[];
}

/** Starts a collector that speaks OTLP over HTTP in protobuf. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = [];
  const received: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push(Buffer.from(JSON.stringify([request.url, request.rawHeaders])), body);
      if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf') {
        response.writeHead(400).end();
        return;
      }
      spans.push(...spansIn(body));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    received: () => Buffer.concat(received),
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function spansIn(body: Buffer): readonly ReceivedSpan[] {
  const options = { bytes: String, longs: Number, defaults: true, arrays: true };
  const { resourceSpans } = REQUEST.toObject(REQUEST.decode(body), options) as ExportRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map(({ traceId, spanId, parentSpanId, name, attributes, links }) => ({
        name,
        traceId: hex(traceId),
        spanId: hex(spanId),
        parentSpanId: hex(parentSpanId),
        links: links.map((link) => ({ traceId: hex(link.traceId), spanId: hex(link.spanId) })),
        attributes: valuesOf(attributes),
        serviceName: valuesOf(resource.attributes)['service.name'],
      })),
  );
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

function valuesOf(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue === '' ? value.intValue : value.stringValue]),
  );
}
