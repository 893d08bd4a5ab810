import type { SigningClient } from '@signering/client';
import type { Environment } from '@signering/settings';
import type { SenderOption } from './commands/sender-option.js';
import { commandSettings } from './settings.js';
import { printRemark } from './terminal/print.js';

/** A command's client and the settings it was created from. */
export interface CommandClient {
  readonly client: SigningClient;
  readonly settings: Environment;
}

/** Connects with the command's settings, for the sender of `--sender` if given, and always closes the connection. */
export async function withClient<T>(
  use: (connected: CommandClient) => Promise<T>,
  { sender }: SenderOption,
): Promise<T> {
  const settings = commandSettings({
    cwd: process.cwd(),
    env: process.env,
    onRemark: printRemark,
  });
  // Imported dynamically: it loads Temporal's SDK, which `--help` does not need.
  const { SigningClient: Client } = await import('@signering/client');
  const client = await Client.connect({ env: settings });
  try {
    return await use({ client: sender === undefined ? client : client.forSender(sender), settings });
  } finally {
    await client.close();
  }
}
