import { readFileSync } from 'node:fs';
import { maskElevenDigits } from '@signering/schema';
import { Command, Help } from 'commander';
import { addBatchCommand } from './commands/batch.js';
import { addCancelCommand } from './commands/cancel.js';
import { addCodecServerCommand } from './commands/codec-server.js';
import { addDeleteCommand } from './commands/delete.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEraseCommand } from './commands/erase.js';
import { addEvidenceCommand } from './commands/evidence.js';
import { addExportCommand } from './commands/export.js';
import { addFetchCommand } from './commands/fetch.js';
import { addFirstRunCommand } from './commands/first-run.js';
import { addHoldCommand } from './commands/hold.js';
import { addKeysCommand } from './commands/keys.js';
import { addListCommand } from './commands/list.js';
import { addPackageCommand } from './commands/package.js';
import { addPortalCommand } from './commands/portal.js';
import { addQueueCommand } from './commands/queue.js';
import { addRecoverCommand } from './commands/recover.js';
import { addRedirectUrlCommand } from './commands/redirect-url.js';
import { addRepairCommand } from './commands/repair.js';
import { addRetentionCommand } from './commands/retention.js';
import { addReturnedCommand } from './commands/returned.js';
import { addSendCommand } from './commands/send.js';
import { addStatusCommand } from './commands/status.js';
import { addWatchCommand } from './commands/watch.js';
import { addWebhooksCommand } from './commands/webhooks.js';
import { addWorkerCommand } from './commands/worker.js';
import { devStackCommands } from './dev-stack-commands.js';
import { errorText } from './terminal/print.js';

const PACKAGE = new URL('../package.json', import.meta.url);

/** In characters. Descriptions of longer options are printed below them, so that help fits 80 columns. */
const LONGEST_TERM_BESIDE = 28;

const EXAMPLES = `
Examples:
  $ signering dev                       # a whole stack on this machine
  $ signering send contract.pdf --title Contract --signer email:kari@example.com
  $ signering watch my-reference

Settings come from the environment and from .env in the current folder;
README.md lists them. Without settings, commands use the stack that signering
dev runs in the same folder.

Exit codes:
  0   done
  1   a bug, a failed signing process, or another lasting failure
  2   correct the input, the settings or the job; the message says what
  75  temporary failure: repeating the same command may help
After Ctrl-C it is 130, as in a shell. evidence, first-run, status and watch
have more.

With --json, a failure is also one line of JSON on standard output:
  {"error":{"code":…,"message":…,"retryable":…,"facts":{…}}}`;

/** The \`signering\` command with all its subcommands. Parsing throws a CommanderError instead of exiting. */
export async function buildProgram(): Promise<Command> {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const program = new Command('signering')
    .description('Gets documents signed through Posten signering, durably.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('Add --help for the usage.')
    .configureHelp({
      padWidth: (command, helper) =>
        Math.min(Help.prototype.padWidth.call(helper, command, helper), LONGEST_TERM_BESIDE),
      formatItem: (term, termWidth, description, helper) => {
        const format = (text: string): string =>
          Help.prototype.formatItem.call(helper, text, termWidth, description, helper);
        return term.length <= termWidth ? format(term) : `  ${term}\n${format('')}`;
      },
    })
    .configureOutput({
      // A mistyped option may contain an identity number.
      outputError: (text, write) => write(errorText(maskElevenDigits(text), process.stderr)),
    })
    .addHelpText('after', EXAMPLES);
  const commands = [
    ...(await devStackCommands()),
    addWorkerCommand,
    addCodecServerCommand,
    addPortalCommand,
    addDoctorCommand,
    addFirstRunCommand,
    addSendCommand,
    addBatchCommand,
    addStatusCommand,
    addWatchCommand,
    addListCommand,
    addFetchCommand,
    addExportCommand,
    addCancelCommand,
    addRepairCommand,
    addRecoverCommand,
    addQueueCommand,
    addWebhooksCommand,
    addDeleteCommand,
    addHoldCommand,
    addKeysCommand,
    addEraseCommand,
    addRetentionCommand,
    addRedirectUrlCommand,
    addReturnedCommand,
    addPackageCommand,
    addEvidenceCommand,
  ];
  for (const add of commands) add(program);
  return program;
}
