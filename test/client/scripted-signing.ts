import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { cancelUpdate, describeQuery, type CancelAnswer, type PortalSigningInput } from '@signering/contract';

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
    cancelled = reason === 'a mistake' && by === 'kari.nordmann';
    return { result: 'CANCELLED' };
  });
  setHandler(describeQuery, () => ({
    version: 1,
    flow: 'PORTAL',
    organizationNumber,
    reference,
    state: 'WAITING_FOR_SIGNERS',
    signers: [],
    waitingFor: [],
    steps: [],
  }));
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
