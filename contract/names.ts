// Frozen at the first release: workflows that run for months find each other by these names.

/** Default of the setting `SIGNERING_TASK_QUEUE`: the task queue of workers, for workflows and activities. */
export const TASK_QUEUE = 'signering';

export const WORKFLOW_TYPES = {
  portalSigning: 'portalSigning',
  directSigning: 'directSigning',
  duplicateSigning: 'duplicateSigning',
  statusQueue: 'statusQueue',
  batchSending: 'batchSending',
  documentDeletion: 'documentDeletion',
  jobErasure: 'jobErasure',
  jobEmails: 'jobEmails',
  retention: 'retention',
  webhookDelivery: 'webhookDelivery',
  webhookSwitch: 'webhookSwitch',
} as const;

/**
 * Default polling queue at the service. The service's own default queue may be shared with other applications of the
 * sender.
 */
export const DEFAULT_POLLING_QUEUE = 'signering-workflows';

/** Which of the service's two APIs a job belongs to. */
export type Flow = (typeof FLOWS)[number];
/** Both flows. */
export const FLOWS = ['PORTAL', 'DIRECT'] as const;
