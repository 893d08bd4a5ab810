// The step before `npm run demo`, `npm start` and `npm test`: installs and builds what is missing or out of date.
// Plain JavaScript without a dependency, because on a fresh checkout there is nothing else yet.
import { whatIsWrongWithNode } from './prepare/node-version.mjs';

async function prepare() {
  // Loaded only now: an old Node would stumble over their syntax before it could say what is wrong.
  const { installPackages } = await import('./prepare/install.mjs');
  const { buildSources } = await import('./prepare/build.mjs');
  await installPackages();
  await buildSources();
  if (process.argv.includes('--for-tests')) {
    const { prepareServers } = await import('./prepare/servers.mjs');
    await prepareServers();
  }
}

const problem = whatIsWrongWithNode(process.version);
if (problem === undefined) {
  prepare().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
} else {
  console.error(problem);
  process.exitCode = 1;
}
