import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stacks of failures, which may contain names of signers, into a payload that the codec encrypts.
 * Loaded by path in Node and in the workflow bundle, so it uses nothing of Node.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
