// `npm run faults [-- --agreements N --disturbances N --seed S --s3]`: a fault campaign of whole agreements, with
// --s3 on storage in S3. Exit code 1 for a broken guarantee; the seed, printed first, repeats the plan.
import { parseArgs } from 'node:util';
import { planCampaign } from '../test/campaign/agreement-plan.js';
import { SeededRandom } from '../test/fuzz/seeded-random.js';
import { runFaultCampaign } from '../test/campaign/fault-campaign.js';
import { removeRunFolder, sharedS3Server } from '../test/fixtures/index.js';

const { values } = parseArgs({
  options: {
    agreements: { type: 'string', default: '63' },
    disturbances: { type: 'string', default: '24' },
    s3: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const agreements = wholeNumber('agreements', values.agreements);
const random = new SeededRandom(wholeNumber('seed', values.seed), 1);
const disturbances = wholeNumber('disturbances', values.disturbances);
console.log(`seed ${values.seed}: ${agreements} agreements, ${disturbances} disturbances`);
const violations = await runFaultCampaign({
  plan: planCampaign(agreements, disturbances, random),
  random,
  s3Server: values.s3 ? await sharedS3Server() : undefined,
  withinMs: 120_000 + agreements * 20_000,
  report: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
for (const violation of violations) console.error(`VIOLATION ${violation}`);
if (violations.length > 0) console.error(`Repeat with: npm run faults -- --seed ${values.seed}`);
await removeRunFolder();
process.exit(violations.length > 0 ? 1 : 0);

function wholeNumber(option: string, text: string): number {
  if (/^[0-9]{1,10}$/u.test(text)) return Number(text);
  console.error(`--${option} must be a non-negative integer, not ${text}`);
  process.exit(2);
}
