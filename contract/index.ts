// What client, workflows and activities share. Everything here is frozen at the first release.
export {
  BATCH_ROW_STATES,
  batchChangedSignal,
  batchOptionsOf,
  BULK_PRIORITY,
  describeBatchQuery,
  type BatchCounts,
  type BatchDescription,
  type BatchIdentity,
  type BatchPosition,
  type BatchResult,
  type BatchRowState,
  type BatchSendingInput,
} from './batch-sending.js';
export {
  directStatusChangeSignal,
  freshRedirectUrlUpdate,
  MOST_FRESH_REDIRECT_URLS,
  MOST_REDIRECT_URL_ANSWERS,
  redirectUrlsUpdate,
  signerReturnedSignal,
  signerReturnedUpdate,
  type ChosenSigner,
  type DirectJobContent,
  type DirectSigningInput,
  type RedirectUrlsAnswer,
  type SignerRedirect,
  type SignerReturnedAnswer,
  type SignerReturnedInput,
} from './direct-signing.js';
export { CHECK_RESULTS, FINDING_SEVERITIES } from './document-check.js';
export type { DocumentCheck, DocumentFinding, DocumentProof, DocumentSignature } from './document-check.js';
export {
  documentDeletionOptionsOf,
  type DocumentDeletionInput,
  type DocumentDeletionResult,
} from './document-deletion.js';
export type { DocumentRef, DocumentToSign } from './documents.js';
export { duplicateSigningOptionsOf, type DuplicateSigningInput } from './duplicate-signing.js';
export {
  erasureOptionsOf,
  type ErasedHistories,
  type ErasureInput,
  type ErasureResult,
} from './job-erasure.js';
export { GRPC_STATUS, grpcDetailsOf, grpcStatusOf, isGrpcRefusal } from './grpc-status.js';
export type { JobIdentity } from './job-identity.js';
export {
  jobEmailsOptionsOf,
  jobNewsSignal,
  keyOfEmail,
  EMAIL_LANGUAGES,
  emailTaskQueue,
  type BatchEndedEmail,
  type JobEmail,
  type JobEmailsInput,
  type JobEmailsResult,
  type JobNews,
  type EmailOutcome,
  type EmailRecipient,
} from './job-emails.js';
export { withKnownWord, type LaterWord } from './later-words.js';
export type { JobMetadata } from './metadata.js';
export { decisionOf, maskedTexts, whatIsWrongWithBy, whatIsWrongWithReason } from './operator-texts.js';
export {
  directSignersAtStart,
  numberOfDirectSigner,
  portalSignersAtStart,
  signerRedirectOf,
  waitingForOf,
} from './signers.js';
export {
  MOST_RETENTION_ITEMS,
  retentionOptionsOf,
  scheduledRetentionOf,
  type RetentionInput,
  type RetentionItem,
  type RetentionPart,
  type RetentionResult,
} from './retention.js';
export { RefillingBudget, type RefillingBudgetOptions } from './refilling-budget.js';
export { DEFAULT_POLLING_QUEUE, FLOWS, TASK_QUEUE, WORKFLOW_TYPES, type Flow } from './names.js';
export {
  portalStatusChangeSignal,
  type PortalJobContent,
  type PortalSigningInput,
} from './portal-signing.js';
export {
  SEARCH_ATTRIBUTE_TYPES,
  searchAttributeCommand,
  SIGNING_ARCHIVED_UNTIL,
  SIGNING_DEADLINE,
  SIGNING_FLOW,
  SIGNING_JOB_ID,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_ORGANIZATION,
  SIGNING_REFERENCE,
  SIGNING_SEARCH_ATTRIBUTES,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_UNDELIVERED,
  SIGNING_WEBHOOKS,
  SIGNED_DOCUMENTS_DAYS,
  DELETION_ALARM_DAYS,
  SERVICE_DELETES_SOON,
  SIGNING_SIGNERS_WAITING,
  SIGNING_STATE,
} from './search-attributes.js';
export { explainDeletionAlarm, explainJob, type ExplainedJob } from './explain-job.js';
export {
  acceptSignedDocumentsUpdate,
  answerAmbiguousCreateUpdate,
  cancelUpdate,
  describeQuery,
  fetchAgainUpdate,
  OPEN_STATES,
  SIGNING_STATES,
  CANCEL_RESULTS,
  DECISIONS,
  SIGNING_STEPS,
  type AcceptSignedDocumentsInput,
  type AnsweredIdentity,
  type DecidedBy,
  type DeletionAlarm,
  type RecordedDecision,
  type AmbiguousAttempt,
  type AmbiguousCreate,
  type AmbiguousCreateAnswer,
  type ArchivedDocument,
  type ArchiveLocation,
  type CancelAnswer,
  type CancelInput,
  type DuplicateJob,
  type OpenState,
  type OperatorAcceptance,
  type SignerProgress,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
  type SigningStep,
  type StatusChangeSignal,
} from './signing.js';
export { signingStartOptionsOf } from './signing-start.js';
export { keyIdsOfWorker, STORAGE_ID_HEADER, storageIdOfWorker, workerIdentity } from './storage-id.js';
export {
  confirmForeignChangeUpdate,
  describeQueueQuery,
  followSignal,
  type ConfirmForeignChangeInput,
  type FollowSignal,
  type StatusQueueDescription,
  type StatusQueueInput,
  type UndeliveredJob,
  type UndeliveredReason,
  UNDELIVERED_REASONS,
} from './status-queue.js';
export { readTraceHeader, TRACE_HEADER, type TraceHeader } from './trace-header.js';
export { markUndecryptable, undecryptableReasonOf, type UndecryptableReason } from './undecryptable-input.js';
export {
  markUnencrypted,
  OPERATOR_UPDATES,
  verdictOf,
  withoutMark,
  type UnencryptedVerdict,
} from './unencrypted-input.js';
export { continuing, earlierWebhooks, isDelivering } from './earlier-webhooks.js';
export { signalWebhookDelivery } from './signal-webhooks.js';
export {
  backlogValues,
  NO_WEBHOOK_BACKLOG,
  parseBacklogValues,
  TRY_WEBHOOK_FOR_MS,
  waitsSince,
  webhookBacklogOf,
} from './webhook-backlog.js';
export {
  eventKeyOf,
  failedCountOf,
  failedWebhooksQuery,
  publishEventsSignal,
  receiverEnabledSignal,
  retryFailedSignal,
  webhookDeliveryOptionsOf,
  webhookTaskQueue,
  type FailedWebhook,
  type JobEvent,
  type JobEventFacts,
  type PendingWebhook,
  type PublishedEvent,
  type PublishEventsSignal,
  type RetryFailedSignal,
  type WebhookDeliveryInput,
  type WebhookDeliveryResult,
  type WebhookDeliveryState,
  type WebhookPayload,
  type WebhookSwitchInput,
  type WebhookToDeliver,
} from './webhooks.js';
export {
  batchWorkflowId,
  documentDeletionWorkflowId,
  duplicateSigningWorkflowId,
  erasureWorkflowId,
  jobEmailsWorkflowId,
  retentionScheduleId,
  signingWorkflowId,
  statusQueueWorkflowId,
  webhookDeliveryWorkflowId,
  webhookSwitchWorkflowId,
} from './workflow-ids.js';
