import type { SeededRandom } from '../fuzz/seeded-random.js';

/** How the agreement of a cell goes. The second signer of PORTAL_CHAINED makes the first change an intermediate one. */
export type CellKind =
  'PORTAL_SIGNED' | 'PORTAL_CHAINED' | 'PORTAL_CANCELLED' | 'DIRECT_SIGNED' | 'DIRECT_POLLED';

/** One side effect of a job. */
export interface SideEffect {
  /** What is done, as an `effectOf…` function names it. */
  readonly name: string;
  /** The process that does it. */
  readonly by: 'SENDER' | 'WORKER';
  /** The kind of agreement in which a crash meets it. */
  readonly kind: CellKind;
  /** CREATING: before the service notifies signers. LATE: its call has a short timeout, so it is reached last. */
  readonly stage: 'CREATING' | 'SIGNED' | 'LATE' | 'DELETING';
  /** Done by the poller of a queue, or to it, for several jobs at once: its agreement has a separate queue. */
  readonly byPoller?: true;
  /** BATCH: done for an agreement that is a row of a batch. EMAILS: for one about which emails are sent. */
  readonly part?: 'BATCH' | 'EMAILS';
}

function effect(
  by: SideEffect['by'],
  kind: CellKind,
  stage: SideEffect['stage'],
  ...names: readonly string[]
): readonly SideEffect[] {
  return names.map((name) => ({ name, by, kind, stage }));
}

const poller = (one: SideEffect): SideEffect => ({ ...one, byPoller: true });
const ofBatch = (one: SideEffect): SideEffect => ({ ...one, part: 'BATCH' });
const ofEmails = (one: SideEffect): SideEffect => ({ ...one, part: 'EMAILS' });

/**
 * Every side effect of a job that its signers sign, from the order to the deletion of the service's documents, and the call that
 * cancels one. A test compares the list with what real jobs do. Not among them: archive and confirmation of other outcomes,
 * erasure, retention, legal holds, and rows of a batch that people cancel.
 */
export const SIDE_EFFECTS: readonly SideEffect[] = [
  ...effect('SENDER', 'PORTAL_SIGNED', 'CREATING', 'document stored', 'reference marked'),
  ...effect('SENDER', 'PORTAL_SIGNED', 'CREATING', 'ledger: claimed', 'start of the job sent'),
  ...effect('SENDER', 'DIRECT_SIGNED', 'CREATING', 'start of the direct job sent'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'CREATING', 'start of the poller sent').map(poller),
  ...effect('WORKER', 'PORTAL_SIGNED', 'CREATING', 'ledger: sending'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'CREATING', 'create called'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'CREATING', 'job indexed', 'ledger: created', 'first event published'),
  ...effect('WORKER', 'DIRECT_SIGNED', 'CREATING', 'direct create called'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'queue fetched').map(poller),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'change signalled').map(poller),
  ...effect('WORKER', 'PORTAL_CHAINED', 'SIGNED', 'intermediate change confirmed').map(poller),
  ...effect('WORKER', 'DIRECT_POLLED', 'SIGNED', 'direct queue fetched').map(poller),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'later event published'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'PAdES fetched'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'PAdES archived'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'XAdES fetched'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'XAdES archived', 'metadata archived', 'receipt archived'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'ledger: settled'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'final change confirmed'),
  ...effect('WORKER', 'DIRECT_SIGNED', 'SIGNED', 'direct change confirmed'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'ledger: confirmed', 'reference unmarked'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'DELETING', 'service copy deleted'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'DELETING', 'ledger: deleted'),
  ...effect('WORKER', 'DIRECT_SIGNED', 'LATE', 'redirect URL requested', 'status fetched'),
  ...effect('WORKER', 'PORTAL_CANCELLED', 'LATE', 'cancel called'),
  ...effect('WORKER', 'PORTAL_SIGNED', 'LATE', 'webhook sent'),
  ...effect('SENDER', 'PORTAL_SIGNED', 'CREATING', 'batch rows listed', 'batch marked').map(ofBatch),
  ...effect('SENDER', 'PORTAL_SIGNED', 'CREATING', 'batch released', 'start of the batch sent').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'CREATING', 'row started by its batch').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'end of the batch published').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'end of the batch recorded', 'batch unmarked').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'LATE', 'email of the batch claimed').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'LATE', 'email of the batch sent').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'LATE', 'email of the batch recorded').map(ofBatch),
  ...effect('WORKER', 'PORTAL_SIGNED', 'SIGNED', 'start of the emails sent').map(ofEmails),
  ...effect('WORKER', 'PORTAL_SIGNED', 'LATE', 'email claimed', 'email sent', 'email recorded').map(ofEmails),
];

/** Done only after a crash or a refusal: to die again there would be the second crash of a job, which the model check covers. */
export const REPAIRS: readonly string[] = [
  'ledger: attempt REFUSED',
  'ledger: attempt AMBIGUOUS',
  'email released',
  'email of the batch released',
  'duplicate withdrawn',
];

/** What dies. SENDER: the process of the business system, which writes the documents and the claim. */
export type Victim = 'WORKER' | 'TEMPORAL' | 'SANDBOX' | 'STORAGE' | 'SENDER';

/** Where the storage of a cell is. */
export type CellStorage = 'FOLDER' | 'S3';

/** One crash: the victim dies by SIGKILL exactly before or after the effect. */
export interface Cell {
  readonly storage: CellStorage;
  readonly victim: Victim;
  readonly effect: SideEffect;
  readonly when: 'before' | 'after';
}

/** Names a cell, such as `FOLDER/WORKER/before ledger: settled`. */
export function cellName({ storage, victim, effect, when }: Cell): string {
  return `${storage}/${victim}/${when} ${effect.name}`;
}

/**
 * Every pair of point and victim once. A folder has no process: it dies with the process that writes it, which is the worker
 * or the sender.
 */
export function allCells(): readonly Cell[] {
  const victims = [
    ...(['WORKER', 'TEMPORAL', 'SANDBOX', 'SENDER'] as const).map((one) => ['FOLDER', one] as const),
    ...(['WORKER', 'TEMPORAL', 'SANDBOX', 'STORAGE', 'SENDER'] as const).map((one) => ['S3', one] as const),
  ];
  return victims.flatMap(([storage, victim]) =>
    SIDE_EFFECTS.filter(({ by }) => victim !== 'SENDER' || by === 'SENDER').flatMap((effect) =>
      (['before', 'after'] as const).map((when) => ({ storage, victim, effect, when })),
    ),
  );
}

/** The effects of each way in which an agreement goes. */
function effectsOfEachWay(): readonly (readonly SideEffect[])[] {
  const ways = new Map<string, readonly SideEffect[]>();
  for (const one of SIDE_EFFECTS) {
    const way = `${one.kind} ${one.stage} ${one.part ?? 'JOB'}`;
    ways.set(way, [...(ways.get(way) ?? []), one]);
  }
  return [...ways.values()];
}

/** The cells of the short form: the worker dies on a folder, at an effect of each way that the seed chooses. */
export function shortCells(random: SeededRandom): readonly Cell[] {
  return effectsOfEachWay().map((effects) => ({
    storage: 'FOLDER',
    victim: 'WORKER',
    effect: random.pick(effects),
    when: random.pick(['before', 'after'] as const),
  }));
}

/** One cell for each way in which an agreement goes, which together do every effect. */
export function oneCellOfEachWay(): readonly Cell[] {
  // The first one: a signer who needs a fresh redirect URL also comes back.
  return effectsOfEachWay().flatMap(([effect]): readonly Cell[] =>
    effect === undefined ? [] : [{ storage: 'FOLDER', victim: 'WORKER', effect, when: 'after' }],
  );
}

/** A worker carries out 20 activities at once, and some must be left for the other agreements and for those of a part. */
const MOST_HELD = 14;
/** It advances three batches and sends five emails at once, of jobs and of batches. */
const MOST_HELD_OF_PART = { BATCH: 2, EMAILS: 4 } as const;

/** Where a cell holds a worker's slot. */
function slotOf({ effect: { name, part } }: Cell): SideEffect['part'] {
  return name.startsWith('email of the batch') ? 'EMAILS' : part;
}

/**
 * Cells that share their victim and its one death: each of their agreements has reached its own point when it dies. The
 * sender of a batch holds its effects too, and only the worker has a limit.
 */
export function batchesOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const batches: Cell[][] = [];
  for (const cell of cells) {
    const isOfWorker = ({ effect }: Cell): boolean =>
      effect.by === 'WORKER' && effect.name !== 'webhook sent';
    const batch = batches.find((one) => {
      const [first] = one;
      if (first?.storage !== cell.storage || first.victim !== cell.victim) return false;
      if (!isOfWorker(cell)) return true;
      const slot = slotOf(cell);
      const held = one.filter((other) => isOfWorker(other) && slotOf(other) === slot);
      return held.length < (slot === undefined ? MOST_HELD : MOST_HELD_OF_PART[slot]);
    });
    if (batch === undefined) batches.push([cell]);
    else batch.push(cell);
  }
  return batches;
}
