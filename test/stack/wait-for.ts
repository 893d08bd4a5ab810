/** The argument of {@link waitFor}. */
export interface WaitForOptions {
  /** What is awaited, for the error: `the job is signed`. */
  readonly what: string;
  /** Milliseconds. @default 90 000: a busy machine is slow, and what is awaited comes at last */
  readonly withinMs?: number;
  /** Told when it was in vain, such as a log. */
  readonly explain?: () => string;
}

const LOOK_EVERY_MS = 50;

/** Looks until the condition answers something else than false or undefined, and answers that. */
export async function waitFor<T>(
  condition: () => T | false | undefined | Promise<T | false | undefined>,
  { what, withinMs = 90_000, explain }: WaitForOptions,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== false && answer !== undefined) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() >= deadline) {
      const why = explain === undefined ? '' : `\n${explain()}`;
      throw new Error(`Waited ${withinMs / 1000} s in vain: ${what}.${why}`, { cause: lastError });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
