import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const fileOf = (path: string, base = import.meta.url): string => fileURLToPath(new URL(path, base));
const WORKFLOWS = import.meta.resolve('@signering/workflows');

/** The failure converter's file, for the worker and for the bundle. */
export const FAILURE_CONVERTER_PATH = fileOf('./failure-converter.js');

/** The built bundle, beside the compiled rooms. */
export const WORKFLOW_BUNDLE_FILE = fileOf('./workflows.bundle.js');

/** Bundles the workflows with the failure converter, at build time, so that every worker runs the same code. */
export async function buildWorkflowBundle(logger: Logger): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileOf('./index.js', WORKFLOWS),
    // Outermost first.
    workflowInterceptorModules: ['undecryptable-input', 'unencrypted-input', 'storage-id'].map((name) =>
      fileOf(`./${name}.js`, WORKFLOWS),
    ),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger,
  });
  await writeFile(WORKFLOW_BUNDLE_FILE, code);
}
