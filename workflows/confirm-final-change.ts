import { confirmOutcome } from './activities.js';
import type { JobChange } from './job-change.js';
import { activityWithAlarms } from './signatures-at-service.js';
import type { SigningContext } from './signing-context.js';

/** Confirms the final change as the last step: after it the service may delete its copies. */
export async function confirmFinalChange(
  { identity: { organizationNumber, reference }, progress }: SigningContext,
  { confirmationUrl }: JobChange,
): Promise<void> {
  // A direct status without a confirmation URL needs no confirmation.
  if (confirmationUrl === undefined) return;
  progress.steps.begin('CONFIRM');
  progress.enterBriefly('CONFIRMING');
  const toConfirm = { confirmationUrl, entry: { organizationNumber, reference } };
  await activityWithAlarms(progress, (limits) => confirmOutcome(toConfirm, limits));
}
