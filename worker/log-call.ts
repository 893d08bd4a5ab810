import type { Logger } from '@temporalio/worker';
import type { CallLogEntry } from '@signering/signing-api';

const MESSAGES: Readonly<Record<CallLogEntry['event'], string>> = {
  REQUEST: 'The signature API is called.',
  ANSWER: 'The signature API has answered.',
  ANSWER_BODY: 'This is what the signature API answered.',
  FAILURE: 'The signature API gave no answer.',
};

/** Logs a call of the signature API at level debug, and message bodies at level trace. */
export function logCall(logger: Logger, entry: CallLogEntry): void {
  const { event, ...facts } = entry;
  if (event === 'ANSWER_BODY') logger.trace(MESSAGES[event], facts);
  else logger.debug(MESSAGES[event], facts);
}
