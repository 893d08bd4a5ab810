import { SigningError } from '@signering/schema';
import type { Stack } from '../index.js';

// Scripted signers sign within seconds; a much longer time means that the stack is blocked.
const OUTCOME_WITHIN_MS = 90_000;

/** Adds a timeout to the signal that ends a demo early; its reason names the folder of the logs. */
export function limitOutcomeTime(stack: Stack, signal: AbortSignal): AbortSignal {
  const timeIsUp = new AbortController();
  setTimeout(
    () =>
      timeIsUp.abort(
        new SigningError(
          'SERVICE_UNAVAILABLE',
          `The demo had no outcome within ${OUTCOME_WITHIN_MS / 1000} s: see the logs in ${stack.folder}.`,
        ),
      ),
    OUTCOME_WITHIN_MS,
  ).unref();
  return AbortSignal.any([signal, timeIsUp.signal]);
}
