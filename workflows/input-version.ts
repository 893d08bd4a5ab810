import { ApplicationFailure } from '@temporalio/workflow';
import { demandVersion, VersionNotSupportedError } from '@signering/schema';

/**
 * The first step of every workflow. A SigningError itself would block the workflow task instead of failing the workflow.
 * @throws VERSION_NOT_SUPPORTED when a client of a later version started the workflow, or a system that writes no version
 */
export function demandInputVersion(input: unknown): void {
  try {
    demandVersion(input, {
      what: "the workflow's input",
      upgrade: 'the workers',
      writer: 'the system that started the workflow',
    });
  } catch (error) {
    if (!(error instanceof VersionNotSupportedError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.code);
  }
}
