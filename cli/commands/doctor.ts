import type { Command } from 'commander';
import { print, printRemark } from '../terminal/print.js';

interface DoctorOptions {
  readonly client?: boolean;
  readonly json?: boolean;
}

/** `signering doctor`: reports what would prevent a worker or a client from working, with the remedy. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('check settings, certificate, service, storage and Temporal')
    .description(
      'Checks everything a worker and a client need, and prints how to fix each failure: settings, certificate, TLS ' +
        'to the API, clock, authorisation, storage, keys, Temporal. Works without a worker, and reports whether one ' +
        'is running. Sends no document and changes nothing. Exit code 0: every check passed; 2: settings, ' +
        'certificate or keys must be corrected; 75: only what may pass without a correction, such as a server that is ' +
        'down; 1: another cause outside of the settings, such as a wrong clock.',
    )
    .option('--client', 'check only what a client needs: no certificate, and no call to the service')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ signering doctor\n  $ signering doctor --client --json')
    .action(runDoctor);
}

async function runDoctor({ client = false, json = false }: DoctorOptions): Promise<void> {
  const { commandSettings } = await import('../settings.js');
  const env = commandSettings({
    cwd: process.cwd(),
    env: process.env,
    onRemark: printRemark,
  });
  const { checksFor, Examination, printChecks } = await import('../doctor/index.js');
  const readBy = client ? (['client'] as const) : (['client', 'worker'] as const);
  const examination = new Examination(env, { readBy });
  const { exitCode, summary, value } = await printChecks(checksFor(readBy), examination, { json });
  print(['', summary], { json, value });
  process.exitCode = exitCode;
}
