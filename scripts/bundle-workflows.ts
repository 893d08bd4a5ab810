// Part of `npm run build`: writes dist/workflow-bundle.js.
import { DefaultLogger } from '@temporalio/worker';
import { buildWorkflowBundle } from '../worker/index.js';

await buildWorkflowBundle(new DefaultLogger('WARN'));
