import type { CallLogEntry } from '@signering/signing-api';
import type { Meters } from './meters.js';

/** Measures each call of the signature API. */
export function measureCall(meters: Meters, entry: CallLogEntry): void {
  switch (entry.event) {
    case 'ANSWER': {
      const { operation, httpStatus, durationMs, servedAt } = entry;
      const answer = `${Math.floor(httpStatus / 100)}xx`;
      meters.apiRequestDuration.record(durationMs / 1000, { operation, answer });
      if (httpStatus === 429) meters.apiRateLimited.add(1);
      if (servedAt !== undefined) measureClock(meters, Date.parse(servedAt), durationMs);
      return;
    }
    case 'FAILURE': {
      const { operation, code, durationMs } = entry;
      const answer = code === 'ABORTED' ? 'aborted' : 'none';
      meters.apiRequestDuration.record(durationMs / 1000, { operation, answer });
      return;
    }
    case 'REQUEST':
    case 'ANSWER_BODY':
  }
}

/** The resolution of the service's time. */
const SECOND_MS = 1000;

/** The least offset that explains the answer: the service wrote its time at an unknown moment during the call. */
function measureClock({ clockOffset }: Meters, serviceTime: number, durationMs: number): void {
  const now = Date.now();
  const aheadMs = Math.max(0, now - durationMs - (serviceTime + SECOND_MS));
  const behindMs = Math.max(0, serviceTime - now);
  clockOffset.set(aheadMs / 1000, { direction: 'ahead' });
  clockOffset.set(behindMs / 1000, { direction: 'behind' });
}
