// `npm run build`: installs the packages where they are missing, compiles the sources and bundles the workflows, whether
// or not anything seems to have changed.
import { runScript } from './prepare/run-script.mjs';

runScript(async () => {
  const { installPackages } = await import('./prepare/install.mjs');
  const { buildSources } = await import('./prepare/build.mjs');
  await installPackages();
  await buildSources({ evenIfUpToDate: true });
});
