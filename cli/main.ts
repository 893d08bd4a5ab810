#!/usr/bin/env node
// The `signering` command.
import { reportFailure } from './failure-report.js';
import { buildProgram } from './program.js';
import { endWithOutput } from './terminal/closed-output.js';
import { errorText } from './terminal/print.js';

endWithOutput();

try {
  await (await buildProgram()).parseAsync(process.argv);
} catch (error) {
  const exitCode = reportFailure(error, {
    env: process.env,
    args: process.argv.slice(2),
    writeError: (text) => process.stderr.write(errorText(text, process.stderr)),
    writeOutput: (text) => process.stdout.write(text),
  });
  // A command may have chosen one, as watch --exit-status does.
  process.exitCode ??= exitCode;
}
