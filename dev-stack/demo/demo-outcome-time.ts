import { SigningError } from '@signering/schema';
import type { Stack } from '../index.js';

// People who are made up sign within seconds; much more means that something is stuck.
const OUTCOME_WITHIN_MS = 90_000;

/** Adds to what ends a demo early that its time is up; the reason then says where to look. */
export function limitOutcomeTime(stack: Stack, signal: AbortSignal): AbortSignal {
  const timeIsUp = new AbortController();
  setTimeout(
    () =>
      timeIsUp.abort(
        new SigningError(
          'SERVICE_UNAVAILABLE',
          `The demo had no outcome within ${OUTCOME_WITHIN_MS / 1000} s: look into the logs in ${stack.folder}.`,
        ),
      ),
    OUTCOME_WITHIN_MS,
  ).unref();
  return AbortSignal.any([signal, timeIsUp.signal]);
}
