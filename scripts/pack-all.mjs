// `npm run pack-all`: builds what is missing or out of date, writes the tarball of each package into dist-packages/, checks
// each, and prints how to install the packages from there. `-- --to FOLDER` writes into another folder.
import { parseArgs } from 'node:util';
import { runScript } from './prepare/run-script.mjs';

runScript(async () => {
  const { installPackages } = await import('./prepare/install.mjs');
  const { buildSources } = await import('./prepare/build.mjs');
  const { values } = parseArgs({ options: { to: { type: 'string', default: 'dist-packages' } } });
  await installPackages();
  await buildSources();
  const { packPackages } = await import('./packing/pack.mjs');
  const { writeInstallCommands } = await import('./packing/install-commands.mjs');
  const tarballs = await packPackages(values.to);
  console.log(
    `${tarballs.length} packages are in ${values.to}. To install one of them, in the folder of your program:`,
  );
  for (const command of writeInstallCommands(values.to, tarballs)) console.log(`\n${command}`);
});
