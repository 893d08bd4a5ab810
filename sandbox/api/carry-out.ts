import { setTimeout as delay } from 'node:timers/promises';
import type { HoldMoment } from '../holds.js';
import type { Operation } from '../operations.js';
import { tookEffect } from '../faults/fault-moment.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import type { ApiAnswer, ApiCall, ApiRequest } from './api-call.js';
import { answerError } from './answer-error.js';
import { API_OPERATIONS } from './operations/index.js';

/**
 * How long a call that was held before its effect waits when it is released, in milliseconds. A client that was killed
 * the moment before closes its connection by then: its call must be dropped as if it had never come in whole.
 */
const DEPARTURE_NOTICE_MS = 100;

/** A call that may take effect. */
export interface CallInHand {
  readonly operation: Operation;
  readonly request: ApiRequest;
  readonly isAbandoned: ApiCall['isAbandoned'];
  /** Records the result; it is on disk when this resolves. */
  readonly record: (outcome: CallOutcome) => Promise<void>;
}

/** What came of a call. */
export interface CallOutcome {
  /** Absent: the call was dropped. */
  readonly answer?: ApiAnswer;
  readonly held?: HoldMoment;
  readonly fault?: string;
}

/**
 * Lets a call take effect, with the holds and faults that are in its way, in this order: hold, fault, effect, ledger,
 * hold, fault. A call has one fault at most.
 * @returns nothing when the call was dropped: it was held before its effect, and its client has left
 */
export async function carryOut(parts: FaultySandbox, call: CallInHand): Promise<ApiAnswer | undefined> {
  const { operation, request } = call;
  const heldBefore = await parts.holds.pass(operation, 'before');
  const held = heldBefore === undefined ? {} : { held: 'before' as const };
  if (heldBefore === 'RELEASED') await delay(DEPARTURE_NOTICE_MS);
  if (heldBefore === 'SANDBOX_ENDED' || (heldBefore !== undefined && call.isAbandoned())) {
    await call.record(held);
    return undefined;
  }
  const early = parts.faults.takeEarly(operation);
  const answer = await answerOrRefuse(parts, async () => {
    const instead = await early?.effect.happen({ parts, request });
    return instead ?? (await API_OPERATIONS[operation](parts, request));
  });
  const late = early === undefined ? parts.faults.takeLate(operation, answer) : undefined;
  const fault = (early ?? late)?.fault;
  await call.record({ answer, ...held, ...(fault === undefined ? {} : { fault }) });
  if (tookEffect(answer)) await parts.holds.pass(operation, 'after');
  return late === undefined ? answer : await late.effect.happen(answer, { parts, request });
}

async function answerOrRefuse(parts: FaultySandbox, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    return answerError(parts, error);
  }
}
