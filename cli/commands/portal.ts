import type { Command } from 'commander';
import { printRemark } from '../terminal/print.js';
import { untilStopSignal } from '../terminal/signals.js';

/** `signering portal`: the sender portal, a web application for people, in the foreground. */
export function addPortalCommand(program: Command): void {
  program
    .command('portal')
    .summary('run the sender portal, a web application for people')
    .description(
      'Serves the sender portal until Ctrl-C or SIGTERM: people log in with OpenID Connect, upload documents, choose ' +
        'signers, follow their jobs and download what was signed. It needs the settings of a client, an OpenID Connect ' +
        'issuer and a PostgreSQL database. Settings (SIGNERING_PORTAL_…) come from the environment and from .env; ' +
        'docs/sender-portal.md has the set-up.',
    )
    .addHelpText('after', '\nExample:\n  $ SIGNERING_PORTAL_LISTEN=0.0.0.0:8090 signering portal')
    .action(async () => {
      const { commandSettings } = await import('../settings.js');
      const env = commandSettings({ cwd: process.cwd(), env: process.env, onRemark: printRemark });
      const { startSenderPortal } = await import('@signering/sender-portal');
      const portal = await startSenderPortal({ env, report: printRemark });
      printRemark(
        `The sender portal listens on ${portal.listensOn}, as SIGNERING_PORTAL_LISTEN says, for browsers that open ${portal.url}.`,
      );
      await untilStopSignal();
      await portal.close();
    });
}
