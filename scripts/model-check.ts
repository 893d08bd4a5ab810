// `npm run model-check`: enumerates every order of events of the protocol of ledger, create, poll, archive and confirm, and
// prints the states explored. Exit code 1 and the path to it for a broken rule. Writes bench/results/model-check.json.
// test/model/protocol-model.ts names the assumptions.
import { describeEnvironment } from '../bench/environment.js';
import { writeResultFile } from '../bench/results.js';
import { exploreRun, LONG_RUNS, SHORT_RUNS } from '../test/model/runs.js';
import { readScriptOptions } from './script-options.js';

readScriptOptions({});
const startedAt = new Date().toISOString();
const runs: object[] = [];
let failed = false;
for (const { name, ...options } of [...SHORT_RUNS, ...LONG_RUNS]) {
  const begun = performance.now();
  const { states, transitions, finding } = await exploreRun(options);
  const seconds = Number(((performance.now() - begun) / 1000).toFixed(1));
  console.log(`${name}: ${states} states, ${transitions} transitions, ${seconds} s`);
  runs.push({ name, states, transitions, seconds, ...(finding !== undefined && { broken: finding.rule }) });
  if (finding === undefined) continue;
  failed = true;
  console.error(`BROKEN: ${finding.rule}\n${finding.path.map((step) => `  ${step}`).join('\n')}`);
}
const results = { startedAt, command: 'npm run model-check', ...(await describeEnvironment()), runs };
writeResultFile('bench/results', 'model-check.json', `${JSON.stringify(results, null, 1)}\n`);
process.exit(failed ? 1 : 0);
