// `npm run build`: installs the packages where they are missing, compiles the sources and bundles the workflows, whether
// or not anything seems to have changed.
import { whatIsWrongWithNode } from './prepare/node-version.mjs';

async function build() {
  // Loaded only now: an old Node would stumble over their syntax before it could say what is wrong.
  const { installPackages } = await import('./prepare/install.mjs');
  const { buildSources } = await import('./prepare/build.mjs');
  await installPackages();
  await buildSources({ evenIfUpToDate: true });
}

const problem = whatIsWrongWithNode(process.version);
if (problem === undefined) {
  build().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
} else {
  console.error(problem);
  process.exitCode = 1;
}
