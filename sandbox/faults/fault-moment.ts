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
  'archivedPades',
] as const satisfies readonly Operation[];

/** The call was no refusal, and found something to do. */
export function tookEffect(answer: ApiAnswer): boolean {
  return answer.status < 300 && answer.withoutEffect !== true;
}

/** As {@link tookEffect}, and there is a body that something can happen to. */
export function hasContent(answer: ApiAnswer): answer is ApiAnswer & { readonly body: Buffer } {
  return tookEffect(answer) && answer.body !== undefined && answer.body.length > 0;
}
