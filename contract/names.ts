// Frozen at the first release: workflows that wait for months find each other by these names.

/** The task queue that every worker polls, for workflows and activities alike. */
export const TASK_QUEUE = 'signering';

export const WORKFLOW_TYPES = {
  portalSigning: 'portalSigning',
  directSigning: 'directSigning',
  duplicateSigning: 'duplicateSigning',
  statusQueue: 'statusQueue',
  documentDeletion: 'documentDeletion',
} as const;

/** The polling queue at the service that is used unless told otherwise: the default queue is shared with others. */
export const DEFAULT_POLLING_QUEUE = 'signering-workflows';

/** Which of the service's two APIs a job belongs to. */
export type Flow = 'PORTAL' | 'DIRECT';
