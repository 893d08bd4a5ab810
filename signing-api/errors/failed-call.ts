import type { SigningErrorOptions } from '@signering/schema';
import { inWords, type ApiOperation } from '../operation.js';

/** What is known of a call that failed. */
export interface FailedCall extends SigningErrorOptions {
  readonly operation: ApiOperation;
}

/** `Creating the signature job failed (HTTP 403, NOT_AUTHORIZED)`: how each message of a failed call begins. */
export function whatFailed({ operation, httpStatus, serviceErrorCode }: FailedCall): string {
  const words = inWords(operation);
  const answer = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, serviceErrorCode];
  const known = answer.filter((part) => part !== undefined).join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} failed${known === '' ? '' : ` (${known})`}: `;
}
