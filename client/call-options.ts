import { InvalidInputError, SigningError } from '@signering/schema';
import { LONGEST_TIMEOUT_MS } from '@signering/settings';

/** Ends a call early. What Temporal or a worker has received goes on: repeat the call to follow it. */
export interface CallOptions {
  /** The call throws the signal's reason when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long this call may take, in milliseconds; at most 2 147 483 647. It replaces the client's `callTimeoutMs`, so it
   * may also be longer. A call that finds a cause in time fails with that, such as WORKER_UNAVAILABLE, otherwise with
   * CALL_TIMED_OUT.
   * @default the client's `callTimeoutMs`; without limit for `waitForResult` and `watchJob`
   */
  readonly timeoutMs?: number | undefined;
}

/**
 * CALL_TIMED_OUT: a call did not end within its `timeoutMs`, and nothing is known to be wrong. Not for Temporal or workers
 * that do not answer, which have other codes.
 */
class CallTimedOutError extends SigningError {
  constructor(timeoutMs: number, name: string) {
    super(
      'CALL_TIMED_OUT',
      `The call did not end within ${timeoutMs} ms (${name}). What was handed over goes on: ` +
        'repeat the call, or give it more time.',
    );
  }
}

/** What ends a call. */
interface EndOptions extends CallOptions {
  /** What the caller named its timeout. @default timeoutMs */
  readonly name?: string;
}

/**
 * Makes a call that ends early.
 * @param action gets a signal that aborts when the call has to end
 * @throws CALL_TIMED_OUT (retryable), INVALID_REQUEST for an invalid `timeoutMs`, the signal's reason
 */
export async function callWith<T>(
  options: EndOptions,
  action: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const { signal, timer } = endOfCall(options);
  try {
    signal?.throwIfAborted();
    return await unlessAborted(action(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What ends a call: the signal aborts with that of the caller, or with CALL_TIMED_OUT. Clear the timer after the call.
 * @throws INVALID_REQUEST for an invalid `timeoutMs`
 */
export function endOfCall({ signal, timeoutMs, name = 'timeoutMs' }: EndOptions): {
  readonly signal: AbortSignal | undefined;
  readonly timer: NodeJS.Timeout | undefined;
} {
  if (timeoutMs === undefined) return { signal, timer: undefined };
  demandTimeout(timeoutMs, name);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new CallTimedOutError(timeoutMs, name)), timeoutMs);
  return { signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]), timer };
}

/** @throws INVALID_REQUEST for a time that a timer cannot measure */
export function demandTimeout(timeoutMs: unknown, path: string): void {
  const isTimeout = Number.isInteger(timeoutMs) && Number(timeoutMs) > 0;
  if (isTimeout && Number(timeoutMs) <= LONGEST_TIMEOUT_MS) return;
  const message = `must be a whole number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS}`;
  throw new InvalidInputError('INVALID_REQUEST', 'The call was not made', [{ path, message }]);
}

/** @throws the signal's reason as soon as it aborts */
export async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
