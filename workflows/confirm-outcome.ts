import type { Flow } from '@signering/contract';
import { confirmFinalChange, recordConfirmation } from './activities.js';
import type { JobChange } from './job-change.js';
import type { SigningProgress } from './signing-progress.js';

/** Whose outcome is confirmed. */
export interface ConfirmedSigning {
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
}

/** Confirms the final change, last of all: after it the service may delete its copies. */
export async function confirmOutcome(
  { organizationNumber, reference }: ConfirmedSigning,
  progress: SigningProgress,
  { confirmationUrl }: JobChange,
): Promise<void> {
  // A direct status that is not to be confirmed names no address.
  if (confirmationUrl === undefined) return;
  progress.beginStep('CONFIRM');
  progress.enter('CONFIRMING');
  await confirmFinalChange({ confirmationUrl });
  await recordConfirmation({ organizationNumber, reference });
}
