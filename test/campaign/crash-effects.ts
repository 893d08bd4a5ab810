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
];

/** Names the effect of writing a file, or of making a folder that counts as one. */
export function effectOfWrite(path: string, content = ''): string {
  if (/^ledger\/[^/]+\/references\/[^/]+\/\d+\.json$/u.test(path)) return `ledger: ${stepOf(content)}`;
  return FILES.find(([pattern]) => pattern.test(path))?.[1] ?? `unknown write of ${path}`;
}

/** Names the effect of removing a file, or a folder that counts as one. */
export function effectOfRemoval(path: string): string {
  return /^ledger\/[^/]+\/unsettled\//u.test(path) ? 'reference unmarked' : `unknown removal of ${path}`;
}

/** What a revision of the ledger adds to the one before it. */
function stepOf(content: string): string {
  const entry = JSON.parse(content) as {
    readonly attempts: readonly { readonly outcome?: string }[];
    readonly created?: object;
    readonly settled?: object;
    readonly confirmedAt?: string;
    readonly documentsDeletedAt?: string;
  };
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
  /** The call belongs to the poller of a queue. */
  readonly byPoller: boolean;
}

/** Names the effect of a request to the service. */
export function effectOfCall({ method, path, byPoller }: ServiceCall): string {
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
    default:
      return `unknown request ${method} ${path}`;
  }
}

const { workflowservice } = temporal.temporal.api;

/** Names the effect of a request to Temporal; undefined for one that reads. */
export function effectOfRpc(method: string, message: Uint8Array): string | undefined {
  const [, name = method] = /([^/]+)$/u.exec(method) ?? [];
  switch (name) {
    case 'StartWorkflowExecution': {
      const { workflowType } = workflowservice.v1.StartWorkflowExecutionRequest.decode(message);
      if (workflowType?.name === 'documentDeletion') return undefined;
      return workflowType?.name === 'portalSigning'
        ? 'start of the job sent'
        : `unknown start of ${workflowType?.name}`;
    }
    case 'ExecuteMultiOperation':
      return 'start of the direct job sent';
    case 'SignalWithStartWorkflowExecution': {
      const { workflowType } = workflowservice.v1.SignalWithStartWorkflowExecutionRequest.decode(message);
      if (workflowType?.name === 'statusQueue') return 'start of the poller sent';
      return workflowType?.name === 'webhookDelivery'
        ? 'first event published'
        : `unknown start of ${workflowType?.name}`;
    }
    case 'SignalWorkflowExecution': {
      const { signalName } = workflowservice.v1.SignalWorkflowExecutionRequest.decode(message);
      if (signalName === 'publishEvents') return 'later event published';
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
    case 'PollWorkflowExecutionUpdate':
      return undefined;
    default:
      return `unknown request ${method}`;
  }
}
