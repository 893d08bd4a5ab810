import { z } from 'zod';
import type { ApiAnswer } from '../api/api-call.js';
import type { Operation } from '../operations.js';

/** For faults that can happen before a call takes effect, and after. */
export const WHEN = z.enum(['before', 'after']).default('before');

/** The operations whose answer is a message in XML. */
export const MESSAGE_OPERATIONS = [
  'create',
  'requestRedirectUrl',
  'fetchStatus',
  'fetchStatusChange',
] as const satisfies readonly Operation[];

/** The operations whose answer is a signed document or a signature. */
export const DOWNLOAD_OPERATIONS = [
  'pades',
  'xades',
  'longTermPades',
] as const satisfies readonly Operation[];

/** The call succeeded and changed something. */
export function tookEffect(answer: ApiAnswer): boolean {
  return answer.status < 300 && answer.withoutEffect !== true;
}

/** As {@link tookEffect}, and the answer has a body. */
export function hasContent(answer: ApiAnswer): answer is ApiAnswer & { readonly body: Buffer } {
  return tookEffect(answer) && answer.body !== undefined && answer.body.length > 0;
}
