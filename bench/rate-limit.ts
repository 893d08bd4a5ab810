// `npm run bench -- rate-limit`: how much of the service's ten calls per second one, two and five processes use.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProcess, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { runCallingProcesses } from './run-calling-processes.js';

const RUNS = 3;
const DURATION_MS = 25_000;

const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
console.log(`calls a second as the sandbox saw them, ${RUNS} runs of ${DURATION_MS / 1000} s each`);
for (const processes of [1, 2, 5]) {
  const rates: number[] = [];
  let calls = 0;
  let blocked = 0;
  for (let run = 1; run <= RUNS; run += 1) {
    // A separate sandbox for each run, so that a blocked run does not affect the next.
    const name = `${processes}-${run}`;
    const sandbox = await startSandboxProcess({
      folder: join(folder, name),
      stateFolder: join(folder, name, 'state'),
      env: withoutSettings(process.env),
      emptyQueueWait: '1s',
    });
    const seen = await runCallingProcesses({
      sandbox: sandbox.announcement,
      processes,
      durationMs: DURATION_MS,
    });
    await sandbox.stop(10_000);
    rates.push(seen.perSecond);
    calls += seen.calls;
    blocked += seen.blocked;
  }
  console.log(`${processes} processes  ${spread(rates)}  calls ${calls}  answered 429: ${blocked}`);
}
await rm(folder, { recursive: true, force: true });

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  const [min, median, max] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value) =>
    (value ?? NaN).toFixed(2),
  );
  return `min ${min} median ${median} max ${max}`;
}
