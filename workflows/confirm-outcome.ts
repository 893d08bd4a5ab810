import { confirmFinalChange, recordConfirmation } from './activities.js';
import type { JobChange } from './job-change.js';
import type { SigningContext } from './signing-context.js';

/** Confirms the final change as the last step: after it the service may delete its copies. */
export async function confirmOutcome(
  { identity: { organizationNumber, reference }, progress }: SigningContext,
  { confirmationUrl }: JobChange,
): Promise<void> {
  // A direct status without a confirmation URL needs no confirmation.
  if (confirmationUrl === undefined) return;
  progress.beginStep('CONFIRM');
  progress.enter('CONFIRMING');
  await confirmFinalChange({ confirmationUrl });
  await recordConfirmation({ organizationNumber, reference });
}
