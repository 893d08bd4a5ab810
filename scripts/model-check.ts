// `npm run model-check`: enumerates every order of events of the protocol of ledger, create, poll, archive and confirm, and
// prints the states explored. Exit code 1 and the path to it for a broken rule. test/model/protocol-model.ts names the
// assumptions.
import { explore } from '../test/model/explorer.js';
import { protocolModel } from '../test/model/protocol-model.js';
import { LONG_RUNS, SHORT_RUNS } from '../test/model/runs.js';

let failed = false;
for (const { name, ...options } of [...SHORT_RUNS, ...LONG_RUNS]) {
  const begun = performance.now();
  const { states, transitions, finding } = await explore(protocolModel(options));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${name}: ${states} states, ${transitions} transitions, ${seconds} s`);
  if (finding === undefined) continue;
  failed = true;
  console.error(`BROKEN: ${finding.rule}\n${finding.path.map((step) => `  ${step}`).join('\n')}`);
}
process.exit(failed ? 1 : 0);
