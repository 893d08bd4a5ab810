import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../api/api-call.js';
import type { Operation } from '../operations.js';
import type { EarlyFault, FaultOrder, LateFault } from './fault-kind.js';

/** A fault that is still to happen, as the admin interface tells of it. */
export interface PendingFault {
  readonly id: string;
  readonly fault: string;
  readonly operation: Operation;
  /** To how many calls more. */
  readonly times: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A fault that happens to a call now. */
export interface HappeningFault<Effect> {
  readonly fault: string;
  readonly effect: Effect;
}

interface OrderedFault extends FaultOrder {
  readonly id: string;
}

/**
 * The faults that are to happen: for each operation in the order in which they were asked for, one to each call. They
 * live in memory: a restart forgets them.
 */
export class Faults {
  #pending: readonly OrderedFault[] = [];

  order(order: FaultOrder): PendingFault {
    const ordered = { id: randomUUID(), ...order };
    this.#pending = [...this.#pending, ordered];
    return describe(ordered);
  }

  list(): readonly PendingFault[] {
    return this.#pending.map(describe);
  }

  /** Forgets all that were still to happen. */
  clear(): readonly PendingFault[] {
    const cleared = this.list();
    this.#pending = [];
    return cleared;
  }

  /** The fault that happens to a call before it takes effect, if the operation's next one does. */
  takeEarly(operation: Operation): HappeningFault<EarlyFault> | undefined {
    const next = this.#nextOf(operation);
    if (next?.effect.when !== 'before') return undefined;
    this.#count(next);
    return { fault: next.fault, effect: next.effect };
  }

  /** The fault that happens to a call's answer, if the operation's next one does and the answer fits it. */
  takeLate(operation: Operation, answer: ApiAnswer): HappeningFault<LateFault> | undefined {
    const next = this.#nextOf(operation);
    if (next?.effect.when !== 'after' || !next.effect.fits(answer)) return undefined;
    this.#count(next);
    return { fault: next.fault, effect: next.effect };
  }

  #nextOf(operation: Operation): OrderedFault | undefined {
    return this.#pending.find((fault) => fault.operation === operation);
  }

  #count(fault: OrderedFault): void {
    this.#pending = this.#pending.flatMap((one) => {
      if (one !== fault) return [one];
      return one.times > 1 ? [{ ...one, times: one.times - 1 }] : [];
    });
  }
}

function describe({ id, fault, operation, times, settings }: OrderedFault): PendingFault {
  return { id, fault, operation, times, settings };
}
