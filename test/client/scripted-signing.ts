import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  describeQuery,
  fetchAgainUpdate,
  type CancelAnswer,
  type PortalSigningInput,
  type SigningDescription,
} from '@signering/contract';

/**
 * Ends as its title says, so that the client is seen with every kind of end. The real process is tested end to end.
 */
export async function portalSigning({
  organizationNumber,
  job,
  reference,
}: PortalSigningInput): Promise<unknown> {
  let cancelled = false;
  setHandler(cancelUpdate, ({ reason, by }): CancelAnswer => {
    if (reason === 'meet a bug') throw ApplicationFailure.nonRetryable('x is not a function', 'TypeError');
    cancelled = reason === 'a mistake' && by === 'kari.nordmann';
    return { result: 'CANCELLED' };
  });
  setHandler(fetchAgainUpdate, () => {
    throw ApplicationFailure.nonRetryable('x is not a function', 'TypeError');
  });
  const described = (): SigningDescription => ({
    version: 1,
    flow: 'PORTAL',
    organizationNumber,
    reference,
    startedAt: '2026-12-01T08:00:00.000Z',
    state: job.title === 'with a broken document' ? 'ARCHIVE_BROKEN' : 'WAITING_FOR_SIGNERS',
    signers: [],
    waitingFor: [],
    steps: [],
  });
  setHandler(describeQuery, described);
  switch (job.title) {
    case 'refused':
      throw ApplicationFailure.nonRetryable('the service refused it', 'MESSAGE_REFUSED', {
        operation: 'create',
        httpStatus: 400,
        serviceErrorCode: 'SCHEMA_VALIDATION_ERROR',
        retryAfterMs: 'soon',
        retryable: false,
      });
    case 'of a later version':
      throw ApplicationFailure.nonRetryable('the vault is sealed', 'VAULT_SEALED', { retryable: true });
    case 'in a later format':
      return { version: 2, reference, outcome: 'SIGNED' };
    case 'broken':
      throw ApplicationFailure.nonRetryable('a bug', 'TypeError');
    case 'waiting':
    case 'with a broken document':
      await condition(() => cancelled);
      return {
        version: 1,
        reference,
        outcome: 'CANCELLED',
        signers: [],
        steps: [],
        archive: { documents: [] },
      };
    default:
      return { version: 1, reference, outcome: 'SIGNED', signers: [], steps: [], archive: { documents: [] } };
  }
}
