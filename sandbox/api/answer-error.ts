import type { SandboxParts } from '../sandbox-parts.js';
import type { ApiAnswer } from './api-call.js';
import { answerRefusal, ServiceRefusal } from './service-refusal.js';

/** The response to a failed call. Any error but a ServiceRefusal is a bug of the sandbox. */
export function answerError(parts: Pick<SandboxParts, 'report'>, error: unknown): ApiAnswer {
  if (error instanceof ServiceRefusal) return answerRefusal(error);
  parts.report(
    `The sandbox failed to answer: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
  );
  return answerRefusal(new ServiceRefusal('INTERNAL_ERROR', 'The sandbox failed; its log has the reason.'));
}
