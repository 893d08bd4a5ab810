import type { SigningClient } from '@signering/client';
import type { Environment } from '@signering/settings';
import type { SenderOption } from './commands/sender-option.js';
import { commandSettings } from './settings.js';
import { printRemark } from './terminal/print.js';

/** The client of one command, and the settings it was made from. */
export interface CommandClient {
  readonly client: SigningClient;
  readonly settings: Environment;
}

/**
 * Connects with the command's settings, for another sender where the command names one, and closes the connection
 * in any case.
 */
export async function withClient<T>(
  use: (connected: CommandClient) => Promise<T>,
  { sender }: SenderOption,
): Promise<T> {
  const settings = commandSettings({
    cwd: process.cwd(),
    env: process.env,
    tell: printRemark,
  });
  // Loaded only now: it brings Temporal's SDK, which `--help` can do without.
  const { SigningClient: Client } = await import('@signering/client');
  const client = await Client.connect({ env: settings });
  try {
    return await use({ client: sender === undefined ? client : client.forSender(sender), settings });
  } finally {
    await client.close();
  }
}
