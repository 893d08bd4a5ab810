import type { Command } from 'commander';
import { printRemark } from '../terminal/print.js';

/** `signering worker`: the process that runs workflows and activities, in the foreground. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .summary('run a worker')
    .description(
      'Runs workflows and activities of signing jobs until Ctrl-C or SIGTERM, and then lets running activities ' +
        'finish. It uses the enterprise certificate; settings come from the environment and from .env. ' +
        'It logs one JSON object a line to standard error.',
    )
    .addHelpText('after', '\nExample:\n  $ SIGNERING_LOG_LEVEL=debug signering worker')
    .action(async () => {
      const { commandSettings } = await import('../settings.js');
      const env = commandSettings({
        cwd: process.cwd(),
        env: process.env,
        onRemark: printRemark,
      });
      const { runWorker } = await import('@signering/worker');
      await runWorker({ env });
    });
}
