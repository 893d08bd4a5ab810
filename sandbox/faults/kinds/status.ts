import { z } from 'zod';
import { writeServiceError } from '@signering/schema/xml';
import type { ApiAnswer } from '../../api/api-call.js';
import { defineFault } from '../fault-kind.js';
import { tookEffect, WHEN } from '../fault-moment.js';

const ERROR_BODY = z.strictObject({
  errorCode: z.string().min(1),
  errorMessage: z.string().default('As requested.'),
  errorType: z.string().default('CLIENT'),
});

/** The service responds with a given HTTP status. */
export const status = defineFault({
  name: 'status',
  purpose: 'the response has this status, and no body, this text, or an error body with this code',
  settings: {
    status: z.number().int().min(200).max(599),
    body: z.union([ERROR_BODY, z.string()]).optional(),
    headers: z
      .record(z.string().regex(/^[a-z0-9-]+$/iu, 'must be the name of a header'), z.string())
      .default({}),
    when: WHEN,
  },
  effect: (settings) => {
    const { when } = settings;
    return when === 'before'
      ? { when, happen: () => Promise.resolve(answerOf(settings)) }
      : { when, fits: tookEffect, happen: () => Promise.resolve(answerOf(settings)) };
  },
});

interface StatusSettings {
  readonly status: number;
  readonly body?: z.output<typeof ERROR_BODY> | string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

function answerOf({ status: code, body, headers }: StatusSettings): ApiAnswer {
  if (body === undefined) return { status: code, headers };
  if (typeof body === 'string') {
    return { status: code, headers: { 'content-type': 'text/plain', ...headers }, body: Buffer.from(body) };
  }
  return {
    status: code,
    headers: { 'content-type': 'application/xml', ...headers },
    body: Buffer.from(writeServiceError(body)),
    errorCode: body.errorCode,
  };
}
