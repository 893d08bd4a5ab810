import { randomUUID } from 'node:crypto';
import type { Operation } from './operations.js';

/** Before the call takes effect, or after: then its effect is on disk and only the response is delayed. */
export const HOLD_MOMENTS = ['before', 'after'] as const;
export type HoldMoment = (typeof HOLD_MOMENTS)[number];

/** A hold as the admin interface shows it. */
export interface Hold {
  readonly id: string;
  readonly operation: Operation;
  readonly when: HoldMoment;
  /** ARMED: waits for its call; HOLDING: blocks a call now. */
  readonly state: 'ARMED' | 'HOLDING';
}

/** How a hold ended: the call continues, or the sandbox closes and drops the call. */
export type HoldEnd = 'RELEASED' | 'SANDBOX_ENDED';

interface HeldCall extends Hold {
  readonly end: (how: HoldEnd) => void;
  readonly ended: Promise<HoldEnd>;
}

/**
 * Blocks calls at a chosen moment until they are released, so that a test can kill a process at that moment. Each hold
 * blocks only the next matching call. Holds are kept in memory: a restart removes them.
 */
export class Holds {
  readonly #holds = new Map<string, HeldCall>();

  arm(hold: Pick<Hold, 'operation' | 'when'>): Hold {
    let end: HeldCall['end'] = () => undefined;
    const ended = new Promise<HoldEnd>((resolve) => {
      end = resolve;
    });
    const armed: HeldCall = {
      id: randomUUID(),
      operation: hold.operation,
      when: hold.when,
      state: 'ARMED',
      end,
      ended,
    };
    this.#holds.set(armed.id, armed);
    return describe(armed);
  }

  list(): readonly Hold[] {
    return [...this.#holds.values()].map(describe);
  }

  /** Ends every hold: releases held calls, unless the sandbox closes, and removes the others. */
  releaseAll(how: HoldEnd = 'RELEASED'): readonly Hold[] {
    const all = [...this.#holds.values()];
    this.#holds.clear();
    for (const hold of all) hold.end(how);
    return all.map(describe);
  }

  /** Blocks while a hold is armed for this moment of this operation; returns how the hold ended. */
  async pass(operation: Operation, when: HoldMoment): Promise<HoldEnd | undefined> {
    const hold = [...this.#holds.values()].find(
      (candidate) =>
        candidate.state === 'ARMED' && candidate.operation === operation && candidate.when === when,
    );
    if (hold === undefined) return undefined;
    this.#holds.set(hold.id, { ...hold, state: 'HOLDING' });
    return await hold.ended;
  }
}

function describe({ id, operation, when, state }: HeldCall): Hold {
  return { id, operation, when, state };
}
