// `npm run soak [-- --minutes 30 --seed S --at-once N]`: a mixed load with random faults, during which memory, file handles,
// open workflows, histories and Temporal's latency must stay flat. Exit code 1 for a broken promise or a quantity that rises; 2 for
// invalid options; 130 or 143 for an interrupted run. Writes bench/results/soak.json and soak.svg.
import { describeEnvironment } from '../bench/environment.js';
import { drawPlot } from '../bench/plot.js';
import { writeResultFile } from '../bench/results.js';
import { removeRunFolder } from '../test/fixtures/index.js';
import { runSoak } from '../test/campaign/soak.js';
import { SOAK_UNITS, trendOf, type SoakQuantity } from '../test/campaign/soak-samples.js';
import { endWhenInterrupted, readScriptOptions, wholeNumber } from './script-options.js';

const options = readScriptOptions({
  minutes: { type: 'string', default: '30' },
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  'at-once': { type: 'string', default: '6' },
});
const minutes = wholeNumber('minutes', options.minutes);
const seed = wholeNumber('seed', options.seed);
const atOnce = wholeNumber('at-once', options['at-once']);
const command = `npm run soak -- --minutes ${minutes} --seed ${seed} --at-once ${atOnce}`;
console.log(command);
endWhenInterrupted('no results are kept.');
const startedAt = new Date().toISOString();
const { samples, carriedOut, agreements, violations } = await runSoak({
  minutes,
  seed,
  atOnce,
  report: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
await removeRunFolder();
const quantities = Object.keys(SOAK_UNITS) as SoakQuantity[];
const trends = Object.fromEntries(quantities.map((one) => [one, trendOf(samples, one)]));
const disturbances = Object.values(carriedOut).reduce((all, { times }) => all + times, 0);
const counts = { agreements, disturbances, carriedOut, violations };
const environment = await describeEnvironment();
const { machine, versions, commit } = environment;
writeResultFile(
  'bench/results',
  'soak.json',
  `${JSON.stringify({ startedAt, command, minutes, seed, ...environment, ...counts, trends, samples }, null, 1)}\n`,
);
writeResultFile(
  'bench/results',
  'soak.svg',
  drawPlot({
    title: `A soak of ${minutes} minutes with random faults: ${agreements} agreements`,
    subtitle: `${machine.processor}, ${machine.cores} cores, Node ${versions.node}, Temporal ${versions.temporalServer}, commit ${commit}, ${startedAt.slice(0, 10)}`,
    diagrams: quantities.map((quantity) => ({
      title: quantity,
      xName: 'minutes',
      unit: SOAK_UNITS[quantity],
      linear: true,
      lines: [
        { name: quantity, points: samples.map((sample) => ({ x: sample.minute, y: sample[quantity] })) },
      ],
    })),
  }),
);
for (const [quantity, { mean, slope, spread, flat }] of Object.entries(trends)) {
  console.log(
    `${quantity}: ${flat ? 'flat' : 'RISES'}, ${slope.toFixed(2)} a minute in the second half around ${mean.toFixed(1)}, spread ${spread.toFixed(1)}`,
  );
}
for (const [name, { met }] of Object.entries(carriedOut)) {
  if (met === 0) console.error(`WITHOUT EFFECT ${name}`);
}
for (const violation of violations) console.error(`VIOLATION ${violation}`);
const isKept = violations.length === 0 && Object.values(trends).every(({ flat }) => flat);
console.log(
  `${agreements} agreements, ${disturbances} faults carried out; bench/results/soak.json, soak.svg`,
);
process.exit(isKept ? 0 : 1);
