import temporal from '@temporalio/proto';

/** Of the files of a storage, relative to it, with `/`. */
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^documents\//u, 'document stored'],
  [/^ledger\/[^/]+\/unsettled\/[^/]+$/u, 'reference marked'],
  [/^ledger\/[^/]+\/jobs\/[^/]+\/[^/]+\/[^/]+$/u, 'job indexed'],
  [/^archive\/.*\/signed\.pdf$/u, 'PAdES archived'],
  [/^archive\/.*\/xades-\d+\.xml$/u, 'XAdES archived'],
  [/^archive\/.*\/metadata\.json$/u, 'metadata archived'],
  [/^archive\/.*\/receipt\.json$/u, 'receipt archived'],
  [/^batches\/[^/]+\/[^/]+\/rows\/\d+\.json$/u, 'batch rows listed'],
  [/^batches\/open\/[^/]+\/[^/]+$/u, 'batch marked'],
  [/^batches\/[^/]+\/[^/]+\/emails\/\d+\.json$/u, 'email of the batch claimed'],
  [/^batches\/[^/]+\/[^/]+\/emails\/\d+-sent$/u, 'email of the batch recorded'],
];
const REVISION = /^ledger\/[^/]+\/references\/[^/]+\/\d+\.json$/u;
const BATCH_EVENT = /^batches\/[^/]+\/[^/]+\/log\/\d+\.json$/u;
const REMOVALS: readonly (readonly [RegExp, string])[] = [
  [/^ledger\/[^/]+\/unsettled\//u, 'reference unmarked'],
  [/^batches\/open\//u, 'batch unmarked'],
  [/^batches\/[^/]+\/[^/]+\/emails\/\d+\.json$/u, 'email of the batch released'],
];

/** What a side effect is done for. */
export interface EffectOrigin {
  /** Of the activity that does it. */
  readonly workflowId?: string | undefined;
  /** A caller waits for the activity, so it is given up after a time. */
  readonly hasCaller?: boolean | undefined;
}

function isOfBatch({ workflowId }: EffectOrigin): boolean {
  return workflowId?.startsWith('signing-batch/') === true;
}

/** Whether the name of an effect depends on the content that is written. */
export function needsContent(path: string): boolean {
  return REVISION.test(path) || BATCH_EVENT.test(path);
}

/** Names the effect of writing a file, or of making a folder that counts as one. */
export function effectOfWrite(path: string, content = '', { workflowId }: EffectOrigin = {}): string {
  if (REVISION.test(path)) {
    const isOfEmails = workflowId?.startsWith('job-emails/') === true;
    return isOfEmails ? `email ${stepOfEmails(content)}` : `ledger: ${stepOf(content)}`;
  }
  if (BATCH_EVENT.test(path)) return effectOfBatchEvent(content);
  return FILES.find(([pattern]) => pattern.test(path))?.[1] ?? `unknown write of ${path}`;
}

/** Names the effect of removing a file, or a folder that counts as one. */
export function effectOfRemoval(path: string): string {
  return REMOVALS.find(([pattern]) => pattern.test(path))?.[1] ?? `unknown removal of ${path}`;
}

/** Names the effect of handing an email to the mail server. */
export function effectOfEmail(origin: EffectOrigin): string {
  return isOfBatch(origin) ? 'email of the batch sent' : 'email sent';
}

function effectOfBatchEvent(content: string): string {
  const { event } = JSON.parse(content) as { readonly event: string };
  if (event === 'RELEASED') return 'batch released';
  return event === 'ENDED' ? 'end of the batch recorded' : `unknown event ${event} of a batch`;
}

/** What a revision of the ledger that the activity of emails writes adds to the one before it. */
function stepOfEmails(content: string): string {
  const { emails = [] } = JSON.parse(content) as {
    readonly emails?: readonly { readonly sentAt?: string }[];
  };
  const last = emails.at(-1);
  if (last === undefined) return 'released';
  return last.sentAt === undefined ? 'claimed' : 'recorded';
}

/** The members of an entry that steps with a name write. */
const STEP_MEMBERS: ReadonlySet<string> = new Set([
  ...['version', 'revision', 'organizationNumber', 'reference', 'flow', 'pollingQueue', 'batch'],
  ...['contentDigest', 'input', 'documents', 'claimedAt', 'emails'],
  ...['attempts', 'created', 'settled', 'confirmedAt', 'documentsDeletedAt'],
]);

/** What a revision of the ledger adds to the one before it. */
function stepOf(content: string): string {
  const entry = JSON.parse(content) as {
    readonly attempts: readonly { readonly outcome?: string }[];
    readonly created?: object;
    readonly settled?: object;
    readonly confirmedAt?: string;
    readonly documentsDeletedAt?: string;
  };
  const unknown = Object.keys(entry).filter((member) => !STEP_MEMBERS.has(member));
  if (unknown.length > 0) return `unknown step with ${unknown.join(', ')}`;
  if (entry.documentsDeletedAt !== undefined) return 'deleted';
  if (entry.confirmedAt !== undefined) return 'confirmed';
  if (entry.settled !== undefined) return 'settled';
  if (entry.created !== undefined) return 'created';
  const last = entry.attempts.at(-1);
  if (last === undefined) return 'claimed';
  return last.outcome === undefined ? 'sending' : `attempt ${last.outcome}`;
}

/** A request to the service. */
interface ServiceCall {
  readonly method: string;
  readonly path: string;
}

/** Names the effect of a request to the service. */
export function effectOfCall(
  { method, path }: ServiceCall,
  { workflowId, hasCaller }: EffectOrigin = {},
): string {
  const byPoller = workflowId?.startsWith('status-queue/') === true;
  const direct = path.includes('/direct/');
  const [, rest = ''] = /\/signature-jobs([^?]*)/u.exec(path) ?? [];
  const call = `${method} ${rest.replace(/\d+/gu, 'N')}`;
  switch (call) {
    case 'POST ':
      return direct ? 'direct create called' : 'create called';
    case 'GET ':
      return direct ? 'direct queue fetched' : 'queue fetched';
    case 'POST /N/complete':
      if (direct) return 'direct change confirmed';
      return byPoller ? 'intermediate change confirmed' : 'final change confirmed';
    case 'GET /N/status':
      return 'status fetched';
    case 'POST /N/signers/N':
      return 'redirect URL requested';
    case 'GET /N/pades':
      return 'PAdES fetched';
    case 'GET /N/xades/N':
      return 'XAdES fetched';
    case 'DELETE /N':
      return 'service copy deleted';
    case 'POST /N/cancel':
      return hasCaller === true ? 'cancel called' : 'duplicate withdrawn';
    default:
      return `unknown request ${method} ${path}`;
  }
}

const { workflowservice } = temporal.temporal.api;

/** The effects of starts, with a signal or without, by the workflow's type. */
const STARTS: Readonly<Record<string, string>> = {
  portalSigning: 'start of the job sent',
  statusQueue: 'start of the poller sent',
  batchSending: 'start of the batch sent',
  jobEmails: 'start of the emails sent',
  webhookDelivery: 'first event published',
};

/** Names the effect of a request to Temporal; undefined for one that reads. */
export function effectOfRpc(
  method: string,
  message: Uint8Array,
  origin: EffectOrigin = {},
): string | undefined {
  const [, name = method] = /([^/]+)$/u.exec(method) ?? [];
  switch (name) {
    case 'StartWorkflowExecution': {
      const { workflowType } = workflowservice.v1.StartWorkflowExecutionRequest.decode(message);
      if (workflowType?.name === 'documentDeletion') return undefined;
      if (workflowType?.name === 'portalSigning' && isOfBatch(origin)) return 'row started by its batch';
      return STARTS[workflowType?.name ?? ''] ?? `unknown start of ${workflowType?.name}`;
    }
    case 'ExecuteMultiOperation':
      return 'start of the direct job sent';
    case 'SignalWithStartWorkflowExecution': {
      const { workflowType } = workflowservice.v1.SignalWithStartWorkflowExecutionRequest.decode(message);
      if (workflowType?.name === 'webhookDelivery' && isOfBatch(origin)) return 'end of the batch published';
      return STARTS[workflowType?.name ?? ''] ?? `unknown start of ${workflowType?.name}`;
    }
    case 'SignalWorkflowExecution': {
      const { signalName } = workflowservice.v1.SignalWorkflowExecutionRequest.decode(message);
      if (signalName === 'publishEvents')
        return isOfBatch(origin) ? 'end of the batch published' : 'later event published';
      return signalName === 'statusChange' ? 'change signalled' : `unknown signal ${signalName}`;
    }
    case 'GetSystemInfo':
    case 'DescribeNamespace':
    case 'DescribeWorkflowExecution':
    case 'DescribeTaskQueue':
    case 'ListWorkflowExecutions':
    case 'CountWorkflowExecutions':
    case 'QueryWorkflow':
    case 'GetWorkflowExecutionHistory':
    case 'GetWorkflowExecutionHistoryReverse':
    case 'PollWorkflowExecutionUpdate':
      return undefined;
    default:
      return `unknown request ${method}`;
  }
}
