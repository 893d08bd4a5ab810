import type { Command } from 'commander';
import { printRemark } from '../terminal/print.js';
import { untilStopSignal } from '../terminal/signals.js';

/** `signering codec-server`: decrypts payloads for Temporal Web and the `temporal` command, in the foreground. */
export function addCodecServerCommand(program: Command): void {
  program
    .command('codec-server')
    .summary('run a codec server for Temporal Web')
    .description(
      "Serves Temporal's remote codec protocol until Ctrl-C or SIGTERM, so that Temporal Web and the temporal command " +
        'show what is encrypted. Callers need a token of an OpenID Connect issuer, with a role: MASKED sees identity ' +
        'numbers, addresses and phone numbers masked, FULL sees everything. Each decode is a line of the audit log. ' +
        'Settings (SIGNERING_CODEC_…) come from the environment and from .env; docs/operating.md has the set-up.',
    )
    .addHelpText('after', '\nExample:\n  $ SIGNERING_CODEC_LISTEN=0.0.0.0:8081 signering codec-server')
    .action(async () => {
      const { commandSettings } = await import('../settings.js');
      const env = commandSettings({ cwd: process.cwd(), env: process.env, onRemark: printRemark });
      const { startCodecServer } = await import('@signering/codec-server');
      const server = await startCodecServer({ env, report: printRemark });
      printRemark(`The codec server listens on ${server.url}, for Temporal Web and the temporal command.`);
      await untilStopSignal();
      await server.close();
    });
}
