// The step before `npm run demo`, `npm start` and `npm test`: installs and builds what is missing or out of date.
// Plain JavaScript without a dependency, because on a fresh checkout there is nothing else yet.
import { runPrepared } from './prepare/run-script.mjs';

runPrepared(async () => {
  if (process.argv.includes('--for-production-check')) {
    const { prepareProductionPrograms } = await import('./prepare/go-programs.mjs');
    await prepareProductionPrograms();
  }
  if (!process.argv.includes('--for-tests')) return;
  const { prepareServers } = await import('./prepare/servers.mjs');
  await prepareServers();
  const { prepareGoPrograms } = await import('./prepare/go-programs.mjs');
  await prepareGoPrograms();
});
