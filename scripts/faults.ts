// `npm run faults [-- --s3 --two-workers --seed S --agreements N --disturbances N --minutes M --only KIND,… --list]`: a fault
// campaign of whole agreements; --s3 on storage in S3. Agreements begin until every disturbance was carried out, or, with
// --minutes, until these have passed. Exit code 1 for a broken promise, for a kind of fault that was not carried out although
// --minutes was not given, or, with one worker, for one that met nothing; 2 for invalid options; 130 or 143 for an interrupted
// run. The seed, printed first, repeats the plan. Writes bench/results/faults-*.json.
import { existsSync, readFileSync } from 'node:fs';
import { describeEnvironment } from '../bench/environment.js';
import { writeResultFile } from '../bench/results.js';
import { planCampaign } from '../test/campaign/agreement-plan.js';
import type { CarriedOut } from '../test/campaign/disturbances.js';
import { runFaultCampaign, type CampaignResult } from '../test/campaign/fault-campaign.js';
import { faultMenuFor, formatFaultMenu } from '../test/campaign/fault-menu.js';
import { HELD_UP_AT_MOST_SECONDS } from '../test/campaign/hold-ups.js';
import { SeededRandom } from '../test/fuzz/seeded-random.js';
import { removeRunFolder, sharedS3Server, stopSharedS3Server } from '../test/fixtures/index.js';
import { endWhenInterrupted, readScriptOptions, refuseOptions, wholeNumber } from './script-options.js';

/** The file of results: what all runs since the last whole one did. */
interface Results {
  readonly runs: readonly Readonly<{
    agreements: number;
    violations: readonly string[];
    longestHeldUpSeconds: number;
  }>[];
  readonly kinds: Readonly<Record<string, CarriedOut>>;
}

/**
 * What has begun ends within this time: a disturbance takes up to three minutes, an agreement is held up for as long after it,
 * a damaged ledger entry is repaired when the others have ended, and then a month passes.
 */
const END_WITHIN_MS = 480_000;

const options = readOptions();
if (options.list) {
  console.log(formatFaultMenu());
  process.exit(0);
}
const { seed, agreements, disturbances, minutes, s3, twoWorkers } = options;
const storage = s3 ? 'S3' : 'FOLDER';
const menu = faultMenuFor(storage).map(({ name }) => name);
const wanted = options.only.length > 0 ? options.only : menu;
const unknown = wanted.filter((name) => !menu.includes(name));
if (unknown.length > 0)
  refuseOptions(`--only: no such kind for this storage: ${unknown.join(', ')}; --list prints all`);
const rounds = disturbances ?? wanted.length * (options.only.length > 0 ? 1 : 2);
const total = agreements ?? Math.max(14, Math.ceil(rounds * 1.5));
const command = [
  `npm run faults -- --seed ${seed} --agreements ${total} --disturbances ${rounds}`,
  ...(s3 ? ['--s3'] : []),
  ...(twoWorkers ? ['--two-workers'] : []),
  ...(minutes === undefined ? [] : [`--minutes ${minutes}`]),
  ...(options.only.length > 0 ? [`--only ${options.only.join(',')}`] : []),
].join(' ');
console.log(`${command}: ${total} agreements, ${rounds} disturbances of ${wanted.length} kinds`);
endWhenInterrupted('no results are kept.');
const beginWithinMs = (minutes ?? Math.max(5, Math.ceil(rounds / 2))) * 60_000;
const startedAt = new Date();
const random = new SeededRandom(seed, 1);
const plan = planCampaign({ agreements: total, disturbances: rounds, menu: wanted, random });
const result = await runFaultCampaign({
  plan,
  random,
  s3Server: s3 ? await sharedS3Server() : undefined,
  workers: twoWorkers ? 2 : 1,
  isLong: true,
  beginWithinMs,
  withinMs: beginWithinMs + END_WITHIN_MS,
  report: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
await stopSharedS3Server();
const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
const notCarriedOut = plan.disturbances.filter((name) => result.carriedOut[name] === undefined);
const withoutEffect = Object.entries(result.carriedOut).filter(([, { met }]) => met === 0);
await writeResults(result);
for (const violation of result.violations) console.error(`VIOLATION ${violation}`);
for (const [name] of withoutEffect) console.error(`WITHOUT EFFECT ${name}`);
for (const name of new Set(notCarriedOut)) console.error(`NOT CARRIED OUT ${name}`);
if (result.violations.length > 0) console.error(`Repeat with: ${command}`);
console.log(
  `${result.agreements} agreements, ${Object.keys(result.carriedOut).length} kinds of faults, ${result.violations.length} violations ` +
    `in ${seconds} s; held up for at most ${longest(result.heldUpSeconds)} s, by the clock ${longest(result.heldUpByClockSeconds)} s; ` +
    `everything under way ended in each of ${result.quietTimes.length} quiet times in at most ${longest(result.quietTimes)} s`,
);
await removeRunFolder();
// The other worker may do what a fault waits for.
const isWithoutEffect = withoutEffect.length > 0 && !twoWorkers;
const isIncomplete = notCarriedOut.length > 0 && minutes === undefined;
process.exit(result.violations.length > 0 || isWithoutEffect || isIncomplete ? 1 : 0);

function longest(seconds: readonly number[]): number {
  return Number(Math.max(0, ...seconds).toFixed(1));
}

/** A run of every kind begins the file anew; one of some kinds or minutes adds what it did. */
async function writeResults(now: CampaignResult): Promise<void> {
  const name = `faults-${storage.toLowerCase()}.json`;
  const file = `bench/results/${name}`;
  const isWhole = menu.every((kind) => now.carriedOut[kind] !== undefined) && minutes === undefined;
  const earlier: Results =
    !isWhole && existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Results)
      : { runs: [], kinds: {} };
  const kinds = Object.fromEntries(
    menu.flatMap((kind) => {
      const counts = [earlier.kinds[kind], now.carriedOut[kind]].filter((one) => one !== undefined);
      if (counts.length === 0) return [];
      const sum = (what: keyof CarriedOut) => counts.reduce((all, one) => all + one[what], 0);
      return [[kind, { times: sum('times'), met: sum('met') }]];
    }),
  );
  const run = {
    startedAt: startedAt.toISOString(),
    seconds,
    command,
    seed,
    ...(await describeEnvironment()),
    agreements: now.agreements,
    disturbances: Object.values(now.carriedOut).reduce((all, { times }) => all + times, 0),
    longestHeldUpSeconds: longest(now.heldUpSeconds),
    longestHeldUpByClockSeconds: longest(now.heldUpByClockSeconds),
    quietTimes: now.quietTimes.length,
    longestQuietTimeSeconds: longest(now.quietTimes),
    quietSeconds: Math.round(now.quietSeconds),
    withoutEffect: withoutEffect.map(([kind]) => kind),
    violations: now.violations,
  };
  const runs = [...earlier.runs, run];
  const results = {
    kindsOfMenu: menu.length,
    kindsCarriedOut: Object.values(kinds).filter(({ met }) => met > 0).length,
    agreements: runs.reduce((all, one) => all + one.agreements, 0),
    violations: runs.reduce((all, one) => all + one.violations.length, 0),
    heldUpAtMostSeconds: HELD_UP_AT_MOST_SECONDS,
    longestHeldUpSeconds: Math.max(...runs.map((one) => one.longestHeldUpSeconds)),
    runs,
    kinds,
  };
  writeResultFile('bench/results', name, `${JSON.stringify(results, null, 1)}\n`);
}

function readOptions() {
  const values = readScriptOptions({
    agreements: { type: 'string' },
    disturbances: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    s3: { type: 'boolean', default: false },
    'two-workers': { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  });
  const optional = (option: string, text: string | undefined) =>
    text === undefined ? undefined : wholeNumber(option, text);
  return {
    ...{ list: values.list, s3: values.s3, only: values.only.split(',').filter((name) => name !== '') },
    twoWorkers: values['two-workers'],
    seed: wholeNumber('seed', values.seed),
    agreements: optional('agreements', values.agreements),
    disturbances: optional('disturbances', values.disturbances),
    minutes: optional('minutes', values.minutes),
  };
}
