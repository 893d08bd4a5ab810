// Part of `npm run build`: bundles the workflows, so that every worker of a release runs the same code.
//   node worker/dist/bundle-workflows.js
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH, WORKFLOW_BUNDLE_FILE } from './workflow-bundle.js';

/** Outermost first. */
const INTERCEPTORS = [
  'log-attributes',
  'undecryptable-input',
  'unencrypted-input',
  'storage-id',
  'trace-header',
];

const workflows = import.meta.resolve('@signering/workflows');
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(workflows),
  workflowInterceptorModules: INTERCEPTORS.map((name) => fileURLToPath(new URL(`./${name}.js`, workflows))),
  failureConverterPath: FAILURE_CONVERTER_PATH,
  logger: new DefaultLogger('WARN'),
  // One scope for all modules: otherwise each cached workflow holds some sixty module objects. Names stay readable, and the
  // inline source map, which the worker requires, maps stack traces to our files.
  webpackConfigHook: (config) => ({
    ...config,
    mode: 'production',
    optimization: { concatenateModules: true, minimize: false },
  }),
});
await writeFile(WORKFLOW_BUNDLE_FILE, code);
