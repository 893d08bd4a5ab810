import type { CallPriority } from '../calls.js';

/** Of four turns, so many at most go to calls that a person waits for while a normal call waits too. */
const PERSON_TURNS_IN_A_ROW = 3;

/** The entry that goes next, and its lane. */
export interface NextInLine<Entry> {
  readonly priority: CallPriority;
  readonly entry: Entry;
}

/**
 * Queues of waiting calls, and the order in which their turns come: persons first, but one turn in four for normal calls
 * when they wait; bulk calls when none of these waits. Background calls go when no other call waits, and before bulk calls
 * when a turn of theirs is due.
 */
export class CallLanes<Entry> {
  readonly #lanes: Readonly<Record<CallPriority, Entry[]>> = {
    PERSON: [],
    NORMAL: [],
    BULK: [],
    BACKGROUND: [],
  };
  /** How many persons' calls in a row have gone while a normal call waited. */
  #personTurns = 0;

  add(priority: CallPriority, entry: Entry): void {
    this.#lanes[priority].push(entry);
  }

  remove(priority: CallPriority, entry: Entry): void {
    const lane = this.#lanes[priority];
    const index = lane.indexOf(entry);
    if (index >= 0) lane.splice(index, 1);
  }

  /** How many of the waiting calls go before one that comes now. */
  ahead(priority: CallPriority): number {
    const { PERSON: person, NORMAL: normal, BULK: bulk, BACKGROUND: background } = this.#lanes;
    switch (priority) {
      case 'PERSON':
        return person.length + Math.min(normal.length, Math.ceil(person.length / PERSON_TURNS_IN_A_ROW));
      case 'NORMAL':
        return normal.length + Math.min(person.length, PERSON_TURNS_IN_A_ROW * (normal.length + 1));
      case 'BULK':
        return person.length + normal.length + bulk.length;
      case 'BACKGROUND':
        return person.length + normal.length + background.length;
    }
  }

  /** The number of calls that wait in one lane. */
  length(priority: CallPriority): number {
    return this.#lanes[priority].length;
  }

  /** Every entry with its lane, as a copy. */
  entries(): readonly NextInLine<Entry>[] {
    return (['PERSON', 'NORMAL', 'BULK', 'BACKGROUND'] as const).flatMap((priority) =>
      this.#lanes[priority].map((entry) => ({ priority, entry })),
    );
  }

  /**
   * The entry that goes next among those that are ready. It stays until {@link take}.
   * @param may whether bulk calls may go now, and whether background calls go before them. @default bulk calls go first
   */
  next(
    isReady: (entry: Entry) => boolean,
    may: { readonly bulk: boolean; readonly background: boolean } = { bulk: true, background: false },
  ): NextInLine<Entry> | undefined {
    const first = (priority: CallPriority): NextInLine<Entry>[] => {
      const entry = this.#lanes[priority].find(isReady);
      return entry === undefined ? [] : [{ priority, entry }];
    };
    const [person, normal] = [first('PERSON'), first('NORMAL')];
    const normalIsDue = this.#personTurns >= PERSON_TURNS_IN_A_ROW;
    const inOrder = normalIsDue ? [...normal, ...person] : [...person, ...normal];
    const [bulk, background] = [may.bulk ? first('BULK') : [], first('BACKGROUND')];
    const behind = may.background ? [...background, ...bulk] : [...bulk, ...background];
    return [...inOrder, ...behind][0];
  }

  /** Removes what {@link next} returned: its turn has come. */
  take({ priority, entry }: NextInLine<Entry>, isReady: (entry: Entry) => boolean): void {
    const normalWaits = this.#lanes.NORMAL.some(isReady);
    this.#personTurns = priority === 'PERSON' && normalWaits ? this.#personTurns + 1 : 0;
    this.remove(priority, entry);
  }
}
