import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The failure converter's file, for the worker and for the bundle. */
export const FAILURE_CONVERTER_PATH = fileOf('./failure-converter.js');

/** The built bundle, beside the compiled rooms. */
export const WORKFLOW_BUNDLE_FILE = fileOf('../workflow-bundle.js');

/** Bundles the workflows with the failure converter, at build time, so that every worker runs the same code. */
export async function buildWorkflowBundle(logger: Logger): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileOf('../workflows/index.js'),
    // Outermost first.
    workflowInterceptorModules: ['undecryptable-input', 'unencrypted-input', 'storage-id'].map((name) =>
      fileOf(`../workflows/${name}.js`),
    ),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger,
  });
  await writeFile(WORKFLOW_BUNDLE_FILE, code);
}
