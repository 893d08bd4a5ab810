import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProcess, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import type { Bench, Figure } from './bench.js';
import { runCallingProcesses } from './run-calling-processes.js';

/** How much of the service's ten calls a second one, two and five processes use, as the sandbox saw them. */
export const bench: Bench = {
  name: 'rate-limit',
  title: "Use of the service's ten calls a second",
  run: async ({ short, report }) => {
    const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
    const runs = short ? 1 : 3;
    const durationMs = short ? 2000 : 25_000;
    const figures: Figure[] = [];
    for (const processes of short ? [2] : [1, 2, 5]) {
      const rates: number[] = [];
      const rejected: number[] = [];
      for (let run = 1; run <= runs; run += 1) {
        report(`${processes} processes, run ${run} of ${runs}, ${durationMs / 1000} s`);
        // A separate sandbox for each run, so that a blocked run does not affect the next.
        const name = `${processes}-${run}`;
        const sandbox = await startSandboxProcess({
          folder: join(folder, name),
          stateFolder: join(folder, name, 'state'),
          env: withoutSettings(process.env),
          emptyQueueWait: '1s',
        });
        const seen = await runCallingProcesses({ sandbox: sandbox.announcement, processes, durationMs });
        await sandbox.stop(10_000);
        rates.push(seen.perSecond);
        rejected.push(seen.blocked);
      }
      const at = { x: processes, xName: 'processes' };
      figures.push(
        { name: 'calls', unit: 'a second', values: rates, at: { curve: 'calls', ...at } },
        {
          name: 'calls answered with 429',
          unit: 'calls',
          values: rejected,
          target: { atMost: 0 },
          at: { curve: 'answered with 429', ...at },
        },
      );
    }
    return figures;
  },
};
