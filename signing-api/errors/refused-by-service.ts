import type { FailedCall } from './failed-call.js';

/** Points from a message to the service's own explanation, which may name persons and so is kept out of it. */
export function whereServiceSaysWhy({ serviceMessage }: FailedCall): string {
  return serviceMessage === undefined ? '' : " The error's serviceMessage holds its explanation.";
}
