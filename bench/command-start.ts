// `npm run bench -- command-start`: how long the `signering` command takes to print help and to report wrong settings, in
// elapsed time and in processor time, which depends less on the other load of the machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';

const RUNS = 11;

const CASES = [
  { name: 'node, without a program', args: ['--eval', '0'] },
  { name: 'signering --help', args: [SIGNERING_COMMAND, '--help'] },
  { name: 'signering status, with wrong settings', args: [SIGNERING_COMMAND, 'status', 'any'] },
  {
    name: 'import of @signering/client',
    args: ['--input-type=module', '--eval', "await import('@signering/client')"],
  },
];

const folder = mkdtempSync(join(tmpdir(), 'signering-bench-'));
const measured = CASES.map(({ name, args }) => ({
  name,
  args,
  elapsed: [] as number[],
  processor: [] as number[],
}));
try {
  // In turn, so that load of the machine affects every case alike. The first round warms the file cache.
  for (let round = 0; round <= RUNS; round += 1) {
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
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Start of commands, median (lowest–highest) of ${RUNS} runs, in milliseconds:`);
for (const { name, elapsed, processor } of measured) {
  console.log(`  ${name.padEnd(38)} elapsed ${spread(elapsed)}, processor ${spread(processor)}`);
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (index: number): string => (sorted.at(index) ?? NaN).toFixed();
  return `${at(Math.floor(RUNS / 2))} (${at(0)}–${at(-1)})`;
}

/** Processor time of all ended child processes, in milliseconds; NaN where there is no `/proc`. Spec: proc_pid_stat(5). */
function processorTimeOfChildren(): number {
  const stat = existsSync('/proc/self/stat') ? readFileSync('/proc/self/stat', 'latin1') : '';
  // Fields 16 and 17, in ticks of 10 ms; the first two are removed, because the program's name may contain blanks.
  const fields = stat
    .replace(/^.*\) /su, '')
    .split(' ')
    .map(Number);
  return ((fields[13] ?? NaN) + (fields[14] ?? NaN)) * 10;
}
