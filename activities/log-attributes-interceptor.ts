import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityOutboundCallsInterceptor,
  GetLogAttributesInput,
  Next,
} from '@temporalio/worker';

/** Adds the id of the job to the log lines of an activity that is about one job. Each activity has its own. */
export class LogAttributesInterceptor
  implements ActivityInboundCallsInterceptor, ActivityOutboundCallsInterceptor
{
  #signatureJobId: string | undefined;

  execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    this.#signatureJobId = jobIdIn(input.args[0]);
    return next(input);
  }

  getLogAttributes(
    input: GetLogAttributesInput,
    next: Next<ActivityOutboundCallsInterceptor, 'getLogAttributes'>,
  ): Record<string, unknown> {
    const signatureJobId = this.#signatureJobId;
    return next({ ...input, ...(signatureJobId !== undefined && { signatureJobId }) });
  }
}

/** The job id of an activity's argument: its own, its job's, or the one in a URL of the service. */
export function jobIdIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { signatureJobId, job } = argument as { readonly signatureJobId?: unknown; readonly job?: unknown };
  if (typeof signatureJobId === 'string') return signatureJobId;
  const ofJob = (job as { readonly signatureJobId?: unknown } | undefined)?.signatureJobId;
  if (typeof ofJob === 'string') return ofJob;
  const urls = Object.entries(argument).filter(([name]) => name.endsWith('Url'));
  return urls.map(([, url]) => /\/signature-jobs\/(\d{1,18})(?:\/|$)/u.exec(String(url))?.[1]).find(Boolean);
}
