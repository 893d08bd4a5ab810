// The step before `npm run demo`, `npm start` and `npm test`: installs and builds what is missing or out of date.
// Plain JavaScript without a dependency, because on a fresh checkout there is nothing else yet.
import { runScript } from './prepare/run-script.mjs';

runScript(async () => {
  const { installPackages } = await import('./prepare/install.mjs');
  const { buildSources } = await import('./prepare/build.mjs');
  await installPackages();
  await buildSources();
  if (process.argv.includes('--for-tests')) {
    const { prepareServers } = await import('./prepare/servers.mjs');
    await prepareServers();
  }
});
