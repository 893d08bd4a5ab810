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
  process.exitCode = reportFailure(error, {
    env: process.env,
    write: (text) => process.stderr.write(errorText(text, process.stderr)),
  });
}
