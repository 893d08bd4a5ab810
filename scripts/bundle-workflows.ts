// Part of `npm run build`: writes dist/workflow-bundle.js.
import { DefaultLogger } from '@temporalio/worker';
import { buildWorkflowBundle } from '@signering/worker';

await buildWorkflowBundle(new DefaultLogger('WARN'));
