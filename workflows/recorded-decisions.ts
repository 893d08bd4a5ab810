import type { RecordedDecision, SigningDescription, SigningState } from '@signering/contract';

/** The most decisions of people that a description and the receipt hold: the newest. */
const MOST_DECISIONS = 100;

/** What people decided about a job, and orders to cancel it that the service has not answered. */
export class RecordedDecisions {
  #decisions: readonly RecordedDecision[] = [];
  /** Orders whose effect is not known. */
  readonly #orderedCancellations = new Set<RecordedDecision>();

  record(decision: RecordedDecision): void {
    // Updates are bounded by Temporal, and the receipt must stay readable.
    this.#decisions = [...this.#decisions, decision].slice(-MOST_DECISIONS);
  }

  /**
   * Records the order to cancel the job before the service has answered: if the answer is lost, the outcome CANCELLED
   * shows that the order took effect.
   */
  order(decision: RecordedDecision): { tookEffect: () => void; hadNoEffect: () => void } {
    this.#orderedCancellations.add(decision);
    const settle = (): void => void this.#orderedCancellations.delete(decision);
    return {
      tookEffect: () => {
        settle();
        this.record(decision);
      },
      hadNoEffect: settle,
    };
  }

  /** Those that led to a state. */
  before(state: SigningState): Pick<SigningDescription, 'decisions'> {
    const cancellations = state === 'CANCELLED' ? [...this.#orderedCancellations] : [];
    const decisions = [...this.#decisions, ...cancellations];
    return decisions.length === 0 ? {} : { decisions };
  }
}
