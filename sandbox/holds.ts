import { randomUUID } from 'node:crypto';
import type { Operation } from './operations.js';

/** Before the call takes effect, or after: then its effect is on disk and only the answer is kept back. */
export const HOLD_MOMENTS = ['before', 'after'] as const;
export type HoldMoment = (typeof HOLD_MOMENTS)[number];

/** A hold as the admin interface tells of it. */
export interface Hold {
  readonly id: string;
  readonly operation: Operation;
  readonly when: HoldMoment;
  /** ARMED: waits for its call; HOLDING: a call stands still there now. */
  readonly state: 'ARMED' | 'HOLDING';
}

interface HeldCall extends Hold {
  readonly release: () => void;
  readonly released: Promise<void>;
}

/**
 * Stops calls at a chosen moment until they are released, so that a test can end a process exactly there. Each hold
 * stops the next call that matches, and only that one. Holds live in memory: a restart forgets them.
 */
export class Holds {
  readonly #holds = new Map<string, HeldCall>();

  arm(hold: Pick<Hold, 'operation' | 'when'>): Hold {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const armed: HeldCall = {
      id: randomUUID(),
      operation: hold.operation,
      when: hold.when,
      state: 'ARMED',
      release,
      released,
    };
    this.#holds.set(armed.id, armed);
    return describe(armed);
  }

  list(): readonly Hold[] {
    return [...this.#holds.values()].map(describe);
  }

  /** Lets every held call go on, and disarms the rest. */
  releaseAll(): readonly Hold[] {
    const all = [...this.#holds.values()];
    this.#holds.clear();
    for (const hold of all) hold.release();
    return all.map(describe);
  }

  /** Stands still when a hold is armed for this moment of this operation. True when it has. */
  async pass(operation: Operation, when: HoldMoment): Promise<boolean> {
    const hold = [...this.#holds.values()].find(
      (candidate) =>
        candidate.state === 'ARMED' && candidate.operation === operation && candidate.when === when,
    );
    if (hold === undefined) return false;
    this.#holds.set(hold.id, { ...hold, state: 'HOLDING' });
    await hold.released;
    return true;
  }
}

function describe({ id, operation, when, state }: HeldCall): Hold {
  return { id, operation, when, state };
}
