// `npm run build`: installs the packages where they are missing, compiles the sources and bundles the workflows, whether
// or not anything seems to have changed.
import { runPrepared } from './prepare/run-script.mjs';

runPrepared(() => {}, { evenIfUpToDate: true });
