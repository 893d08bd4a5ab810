/** The argument of {@link waitUntil}. */
export interface WaitUntilOptions {
  /** Timeout, in milliseconds. */
  readonly withinMs: number;
  /** Interval, in milliseconds. @default 30 */
  readonly everyMs?: number;
}

/** Polls until the condition holds; returns whether it did in time. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 30 }: WaitUntilOptions,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return true;
}
