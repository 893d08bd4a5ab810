import { fileURLToPath } from 'node:url';

/** The failure converter's file, for the worker and for the bundle. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter.js', import.meta.url));

/** The workflow bundle that the build writes. */
export const WORKFLOW_BUNDLE_FILE = fileURLToPath(new URL('./workflows.bundle.js', import.meta.url));
