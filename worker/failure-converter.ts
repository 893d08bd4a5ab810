import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stacks of failures into a payload, which the codec encrypts: they may quote what a signer is
 * called. Loaded by path in Node and in the workflow bundle alike, hence free of Node.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
