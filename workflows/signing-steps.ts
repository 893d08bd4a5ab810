import type { SigningStep } from '@signering/contract';

/** The steps of a signing, one after the other, with the times at which each began and ended. */
export class SigningSteps {
  #steps: readonly SigningStep[] = [];

  get all(): readonly SigningStep[] {
    return this.#steps;
  }

  /** Ends the step before. */
  begin(step: SigningStep['step']): void {
    const now = new Date().toISOString();
    this.end(now);
    this.#steps = [...this.#steps, { step, startedAt: now }];
  }

  /** @param endedAt ISO 8601 */
  end(endedAt: string): void {
    const last = this.#steps.at(-1);
    if (last !== undefined) this.#steps = [...this.#steps.slice(0, -1), { ...last, endedAt }];
  }
}
