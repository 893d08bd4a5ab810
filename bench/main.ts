// `npm run bench [-- NAME]`: measures one thing; without a name, what one signature job costs.
const BENCHES = {
  'job-cost': './job-cost.js',
  'rate-limit': './rate-limit.js',
} as const;

const [name = 'job-cost'] = process.argv.slice(2);
const found = Object.entries(BENCHES).find(([known]) => known === name);
if (found === undefined) {
  console.error(`There is no bench "${name}"; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  await import(found[1]);
}
