#!/usr/bin/env node
// The `signering` command.
import { reportFailure } from './failure-report.js';
import { buildProgram } from './program.js';

// Whoever reads what we print may stop reading, as `head` does: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, {
    env: process.env,
    write: (text) => process.stderr.write(text),
  });
}
