import type { SandboxParts } from '../sandbox-parts.js';
import type { ApiAnswer } from './api-call.js';
import { answerRefusal, ServiceRefusal } from './service-refusal.js';

/** The response to a failed call. Any error but a ServiceRefusal is a bug of the sandbox. */
export function answerError(parts: Pick<SandboxParts, 'report' | 'clock'>, error: unknown): ApiAnswer {
  if (error instanceof ServiceRefusal) {
    const answer = answerRefusal(error);
    if (error.errorCode !== 'ASICE_VALIDATION_FAILED') return answer;
    // The clock with which the signing time was compared, which is the real one.
    const dateOffsetMs = Date.now() - parts.clock.now().getTime();
    return { ...answer, delivery: { ...answer.delivery, dateOffsetMs } };
  }
  parts.report(
    `The sandbox failed to answer: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
  );
  return answerRefusal(new ServiceRefusal('INTERNAL_ERROR', 'The sandbox failed; its log has the reason.'));
}
