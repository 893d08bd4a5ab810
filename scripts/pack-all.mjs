// `npm run pack-all`: builds what is missing or out of date, writes the tarball of each package into dist-packages/, checks
// each, and writes a script beside them for each package that users install. `-- --to FOLDER` writes into another folder.
import { parseArgs } from 'node:util';
import { runPrepared } from './prepare/run-script.mjs';

runPrepared(async () => {
  const { packPackages } = await import('./packing/pack.mjs');
  const { writeInstallScripts } = await import('./packing/install-scripts.mjs');
  const { values } = parseArgs({ options: { to: { type: 'string', default: 'dist-packages' } } });
  const tarballs = await packPackages(values.to);
  console.log(
    `${tarballs.length} packages are in ${values.to}. To install one of them, in the folder of your program:`,
  );
  for (const { packageName, script } of writeInstallScripts(values.to, tarballs))
    console.log(`${packageName}: sh "${script}"`);
});
