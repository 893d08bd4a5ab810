import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '@signering/worker';

describe('failure converter', () => {
  it('goes into a workflow bundle, which refuses modules of Node', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./failing-workflow.js', import.meta.url)),
      failureConverterPath: FAILURE_CONVERTER_PATH,
      logger: new DefaultLogger('ERROR'),
    });
    assert.match(code, /encodeCommonAttributes: true/u);
  });
});
