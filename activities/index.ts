// All activities: one outside effect each, safe to repeat.
import { createAdvanceBatchActivity } from './advance-batch.js';
import { createArchiveOutcomeActivity } from './archive-outcome.js';
import { createArchiveActivities } from './archive-signed-documents.js';
import { createCancelSignatureJobActivity } from './cancel-signature-job.js';
import { createConfirmOutcomeActivity } from './confirm-outcome.js';
import { createCreateSignatureJobActivity } from './create-signature-job.js';
import type { ActivityDependencies } from './dependencies.js';
import { createDeleteDocumentsActivity } from './delete-documents.js';
import { createDeleteServiceCopiesActivity } from './delete-service-copies.js';
import { createDrainStatusQueueActivity } from './drain-status-queue.js';
import { createEraseJobActivity } from './erase-job.js';
import { createFetchDirectStatusActivity } from './fetch-direct-status.js';
import { createFollowStatusQueueActivity } from './follow-status-queue.js';
import { createPublishEventsActivity } from './publish-events.js';
import { createRemoveArchivedDocumentsActivity } from './remove-archived-documents.js';
import { createRemoveDocumentsActivity } from './remove-documents.js';
import { createReportJobNewsActivity } from './report-job-news.js';
import { createRequestRedirectUrlActivity } from './request-redirect-url.js';

export type { CreateSignatureJobInput, CreateSignatureJobResult } from './create-signature-job.js';
export type { CancelSignatureJobResult } from './cancel-signature-job.js';
export type { ConfirmOutcomeInput } from './confirm-outcome.js';
export type { ArchiveOutcomeInput } from './archive-outcome.js';
export type { ArchivePadesInput, ArchiveXadesInput } from './archive-signed-documents.js';
export type { CreatedJob, JobToCreate } from './job-to-create.js';
export type { ActivityDependencies, AmbiguousCreatePolicy } from './dependencies.js';
export type { DrainStatusQueueInput, DrainStatusQueueResult } from './drain-status-queue.js';
export type { FetchDirectStatusInput } from './fetch-direct-status.js';
export { startStatusQueue, type FollowStatusQueueInput } from './follow-status-queue.js';
export type { RetentionStep } from './remove-documents.js';
export type { SettledReference, SettleReferenceInput, Settlement } from './settle-reference.js';
export type { WriteReceiptInput } from './write-receipt.js';
export type { AdvanceBatchInput, AdvancedBatch } from './advance-batch.js';
export type { PublishEventsInput } from './publish-events.js';
export { FailureInterceptor } from './failure-interceptor.js';
export { HeartbeatInterceptor } from './heartbeat-interceptor.js';
export { LogAttributesInterceptor } from './log-attributes-interceptor.js';
export { TraceInterceptor } from './trace-interceptor.js';
export { StorageInterceptor } from './storage-interceptor.js';
export { createWebhookActivities, type WebhookActivities } from './deliver-webhook.js';
export {
  createEmailActivities,
  type EmailActivities,
  type EmailActivityDependencies,
  type SendEmailInput,
} from './send-email.js';
export { checkSmtp, type SmtpServer } from './smtp.js';
export type { ReportJobNewsInput } from './report-job-news.js';
export { createWebhookSender, type WebhookSender } from './send-webhook.js';
export type { WebhookReceiver } from './webhook-receiver.js';
export { archiveFaultOf } from './archive-fault.js';
export { claimOf, recordOf } from './recorded-job.js';
export { recordConfirmation, settleReference } from './settle-reference.js';
export { packageEntryNamesOf } from './package-documents.js';
export { flowOf, startClaimedJob } from './start-claimed-job.js';
export { directManifestOf } from './send-direct-job.js';
export { portalManifestOf } from './send-portal-job.js';

export type Activities = ReturnType<typeof createActivities>;

export const createActivities = (dependencies: ActivityDependencies) => ({
  ...createFollowStatusQueueActivity(dependencies),
  ...createCreateSignatureJobActivity(dependencies),
  ...createCancelSignatureJobActivity(dependencies),
  ...createDrainStatusQueueActivity(dependencies),
  ...createFetchDirectStatusActivity(dependencies),
  ...createRequestRedirectUrlActivity(dependencies),
  ...createArchiveActivities(dependencies),
  ...createArchiveOutcomeActivity(dependencies),
  ...createConfirmOutcomeActivity(dependencies),
  ...createDeleteDocumentsActivity(dependencies),
  ...createEraseJobActivity(dependencies),
  ...createRemoveDocumentsActivity(dependencies),
  ...createDeleteServiceCopiesActivity(dependencies),
  ...createRemoveArchivedDocumentsActivity(dependencies),
  ...createPublishEventsActivity(dependencies),
  ...createReportJobNewsActivity(dependencies),
  ...createAdvanceBatchActivity(dependencies),
});
