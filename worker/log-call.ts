import { asyncLocalStorage } from '@temporalio/activity';
import type { Logger } from '@temporalio/worker';
import type { CallLogEntry } from '@signering/signing-api';

const MESSAGES: Readonly<Record<CallLogEntry['event'], string>> = {
  REQUEST: 'The signature API is called.',
  ANSWER: 'The signature API has answered.',
  ANSWER_BODY: 'This is what the signature API answered.',
  FAILURE: 'The signature API gave no answer.',
};

/**
 * Logs a call of the signature API at level debug, and message bodies at level trace; with the workflow and the job of
 * the activity that makes the call.
 */
export function logCall(logger: Logger, entry: CallLogEntry): void {
  const { event, ...facts } = entry;
  const log = asyncLocalStorage.getStore()?.log ?? logger;
  if (event === 'ANSWER_BODY') log.trace(MESSAGES[event], facts);
  else log.debug(MESSAGES[event], facts);
}
