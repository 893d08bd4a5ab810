import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../api/api-call.js';
import type { Operation } from '../operations.js';
import type { EarlyFault, FaultOrder, LateFault } from './fault-kind.js';

/** A pending fault as the admin interface shows it. */
export interface PendingFault {
  readonly id: string;
  readonly fault: string;
  readonly operation: Operation;
  /** How many more calls it affects. */
  readonly times: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A fault that affects the current call. */
export interface HappeningFault<Effect> {
  readonly fault: string;
  readonly effect: Effect;
}

interface OrderedFault extends FaultOrder {
  readonly id: string;
}

/**
 * The pending faults: for each operation in the order of the requests, one for each call. Kept in memory: a restart
 * clears them.
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

  /** Clears all pending faults. */
  clear(): readonly PendingFault[] {
    const cleared = this.list();
    this.#pending = [];
    return cleared;
  }

  /** The next fault of the operation, if it happens before the effect. */
  takeEarly(operation: Operation): HappeningFault<EarlyFault> | undefined {
    const next = this.#nextOf(operation);
    if (next?.effect.when !== 'before') return undefined;
    this.#count(next);
    return { fault: next.fault, effect: next.effect };
  }

  /** The next fault of the operation, if it happens to the answer and fits it. */
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
