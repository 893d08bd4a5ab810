import { condition, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { receiverEnabledSignal, type WebhookSwitchInput } from '@signering/contract';
import { demandInputVersion } from './input-version.js';

/**
 * Runs while a receiver of webhooks is disabled: workers ask Temporal for it before each request. `signering webhooks
 * enable` terminates it.
 */
export async function webhookSwitch(input: WebhookSwitchInput): Promise<void> {
  demandInputVersion(input);
  const { receiver, by = 'an operator', reason = 'no reason given' } = input;
  // The signal stays in the history, which then ends by termination.
  setHandler(receiverEnabledSignal, () => undefined);
  setCurrentDetails(`Webhooks to ${receiver} are disabled by ${by}: ${reason}.`);
  await condition(() => false);
}
