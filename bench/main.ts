// `npm run bench [-- NAME]`: runs one benchmark; without a name, the cost of one signature job.
const BENCHES = {
  'command-start': './command-start.js',
  'job-cost': './job-cost.js',
  packages: './packages.js',
  'rate-limit': './rate-limit.js',
} as const;

const [name = 'job-cost'] = process.argv.slice(2);
const found = Object.entries(BENCHES).find(([known]) => known === name);
if (found === undefined) {
  console.error(`Unknown bench "${name}"; choose one of: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  await import(found[1]);
}
