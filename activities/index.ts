// All that a workflow may ask for: one outside effect each, safe to repeat.
import { createArchiveActivities } from './archive-signed-documents.js';
import { createCancelSignatureJobActivity } from './cancel-signature-job.js';
import { createConfirmFinalChangeActivity } from './confirm-final-change.js';
import { createCreateSignatureJobActivity } from './create-signature-job.js';
import type { ActivityDependencies } from './dependencies.js';
import { createDrainStatusQueueActivity } from './drain-status-queue.js';
import { createFollowStatusQueueActivity } from './follow-status-queue.js';
import { createSettleActivities } from './settle-signing.js';

export type { CreateSignatureJobResult } from './create-signature-job.js';
export type { ActivityDependencies, AmbiguousCreatePolicy } from './dependencies.js';
export { FailureInterceptor } from './failure-interceptor.js';
export { HeartbeatInterceptor } from './heartbeat-interceptor.js';
export { packageEntryNamesOf, portalManifestOf } from './portal-manifest.js';

export type Activities = ReturnType<typeof createActivities>;

export const createActivities = (dependencies: ActivityDependencies) => ({
  ...createFollowStatusQueueActivity(dependencies),
  ...createCreateSignatureJobActivity(dependencies),
  ...createCancelSignatureJobActivity(dependencies),
  ...createDrainStatusQueueActivity(dependencies),
  ...createArchiveActivities(dependencies),
  ...createSettleActivities(dependencies),
  ...createConfirmFinalChangeActivity(dependencies),
});
