// `npm run build`: compiles the sources and bundles the workflows, whether or not anything seems to have changed.
import { buildSources } from './prepare/build.mjs';

buildSources({ evenIfUpToDate: true }).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
