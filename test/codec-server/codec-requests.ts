import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** A response of the codec server, with the members of the one form and the other. */
export interface CodecAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly payloads?: readonly PayloadJson[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** A payload as protobuf JSON. */
export interface PayloadJson {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** The argument of {@link post}. */
export interface CodecRequest {
  /** With `/decode` or `/encode`. */
  readonly url: string;
  readonly token?: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as Temporal Web and the `temporal` command do. */
export async function post({ url, token, body, headers = {} }: CodecRequest): Promise<CodecAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-namespace': 'default',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Pick<CodecAnswer, 'payloads' | 'error'>;
  return { status: response.status, headers: response.headers, ...answer };
}

/** A value as a payload that is not encrypted. */
export function plainPayload(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

/** Payloads as the body of a request. */
export function bodyOf(payloads: readonly Payload[]): { readonly payloads: readonly PayloadJson[] } {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]),
      ),
      data: base64(data ?? new Uint8Array()),
    })),
  };
}

/** The values of a response's payloads, which must be JSON. */
export function valuesOf({ payloads = [] }: CodecAnswer): readonly unknown[] {
  return payloads.map(({ data = '' }) => JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as unknown);
}
