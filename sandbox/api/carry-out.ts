import { setTimeout as delay } from 'node:timers/promises';
import type { HoldMoment } from '../holds.js';
import type { Operation } from '../operations.js';
import { tookEffect } from '../faults/fault-moment.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import type { ApiAnswer, ApiCall, ApiRequest } from './api-call.js';
import { answerError } from './answer-error.js';
import { API_OPERATIONS } from './operations/index.js';

/**
 * How long a released call waits if it was held before its effect, in milliseconds. The connection of a client that
 * was just killed closes within this time, and its call must be dropped as if it had been incomplete.
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

/** The result of a call. */
export interface CallOutcome {
  /** Absent: the call was dropped. */
  readonly answer?: ApiAnswer;
  readonly held?: HoldMoment;
  readonly fault?: string;
}

/**
 * Executes a call with its holds and faults, in this order: hold, fault, effect, ledger, hold, fault. A call has at
 * most one fault.
 * @returns undefined if the call was dropped: it was held before its effect, and its client disconnected
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
