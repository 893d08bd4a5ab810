import type { SigningClient } from '@signering/client';
import type { ClientSettings } from '@signering/settings';
import type { SenderOption } from './commands/sender-option.js';
import { printRemark } from './terminal/print.js';

/** A command's client and the settings it was created from. */
export interface CommandClient {
  readonly client: SigningClient;
  readonly settings: ClientSettings;
}

/** Connects with the command's settings, for the sender of `--sender` if given, and always closes the connection. */
export async function withClient<T>(
  use: (connected: CommandClient) => Promise<T>,
  { sender }: SenderOption,
): Promise<T> {
  // Imported dynamically: `--help` needs no settings, and wrong settings are reported before Temporal's SDK is loaded.
  const [{ commandSettings }, { loadClientSettings }] = await Promise.all([
    import('./settings.js'),
    import('@signering/settings'),
  ]);
  const env = commandSettings({
    cwd: process.cwd(),
    env: process.env,
    onRemark: printRemark,
  });
  const settings = loadClientSettings(env);
  const { SigningClient: Client } = await import('@signering/client');
  const client = await Client.connect({ settings });
  try {
    return await use({ client: sender === undefined ? client : client.forSender(sender), settings });
  } finally {
    await client.close();
  }
}
