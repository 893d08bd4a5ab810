import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import type { Bench } from './bench.js';

const CASES = [
  { name: 'node, without a program', args: ['--eval', '0'] },
  { name: 'signering --help', args: [SIGNERING_COMMAND, '--help'] },
  { name: 'signering status, with wrong settings', args: [SIGNERING_COMMAND, 'status', 'any'] },
  {
    name: 'import of @signering/client',
    args: ['--input-type=module', '--eval', "await import('@signering/client')"],
  },
];

/** Elapsed time, and processor time, which depends less on the other load of the machine. */
export const bench: Bench = {
  name: 'command-start',
  title: 'Start of the signering command',
  run: ({ short, report }) => {
    const runs = short ? 1 : 11;
    const folder = mkdtempSync(join(tmpdir(), 'signering-bench-'));
    const measured = CASES.map((each) => ({ ...each, elapsed: [] as number[], processor: [] as number[] }));
    // In turn, so that load of the machine affects every case alike. The first round warms the file cache.
    for (let round = 0; round <= runs; round += 1) {
      report(`round ${round} of ${runs}`);
      for (const { name, args, elapsed, processor } of measured) {
        // The packages are found from the project's folder; the commands run where no settings are.
        const cwd = name.startsWith('import') ? process.cwd() : folder;
        const processorBefore = processorTimeOfChildren();
        const start = performance.now();
        spawnSync(process.execPath, args, { cwd, env: withoutSettings(process.env), stdio: 'ignore' });
        if (round === 0) continue;
        elapsed.push(performance.now() - start);
        processor.push(processorTimeOfChildren() - processorBefore);
      }
    }
    return Promise.resolve(
      measured.flatMap(({ name, elapsed, processor }) => [
        { name: `${name}, elapsed`, unit: 'ms', values: elapsed },
        ...(hasProc() ? [{ name: `${name}, processor`, unit: 'ms', values: processor }] : []),
      ]),
    );
  },
};

function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}

/** Processor time of all ended child processes, in milliseconds; NaN where there is no `/proc`. Spec: proc_pid_stat(5). */
function processorTimeOfChildren(): number {
  const stat = hasProc() ? readFileSync('/proc/self/stat', 'latin1') : '';
  // Fields 16 and 17, in ticks of 10 ms; the first two are removed, because the program's name may contain blanks.
  const fields = stat
    .replace(/^.*\) /su, '')
    .split(' ')
    .map(Number);
  return ((fields[13] ?? NaN) + (fields[14] ?? NaN)) * 10;
}
