import type { ApiAnswer } from '../api/api-call.js';
import { hasContent } from './fault-moment.js';
import type { LateFault } from './fault-kind.js';

/** A fault that changes the content of the next response that has content. */
export function faultOfContent(
  change: (content: Buffer, answer: ApiAnswer) => Partial<ApiAnswer>,
): LateFault {
  return {
    when: 'after',
    fits: hasContent,
    happen: (answer) => Promise.resolve({ ...answer, ...change(answer.body ?? Buffer.alloc(0), answer) }),
  };
}
