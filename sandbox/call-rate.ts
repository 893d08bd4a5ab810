/** Spec: the API's terms of use, 10 calls a second for each organisation. */
const CALLS_PER_SECOND = 10;
const WINDOW_MS = 1000;
const BLOCK_MS = 30_000;

/**
 * Counts the calls of each organisation. After more than the permitted ones in a second, the organisation is blocked for half a minute
 * of real time, because moving the sandbox's clock must not lift a block.
 */
export class CallRate {
  readonly #calls = new Map<string, number[]>();
  readonly #blockedUntil = new Map<string, number>();
  readonly #elapsedMs: () => number;
  readonly #callsPerSecond: number;

  /**
   * @param elapsedMs real time that only goes forward, in milliseconds
   * @param callsPerSecond Infinity: calls are not counted
   */
  constructor(elapsedMs: () => number, callsPerSecond = CALLS_PER_SECOND) {
    this.#elapsedMs = elapsedMs;
    this.#callsPerSecond = callsPerSecond;
  }

  /** Counts a call. Returns false if it must be rejected. */
  permits(organizationNumber: string): boolean {
    if (this.#callsPerSecond === Infinity) return true;
    const nowMs = this.#elapsedMs();
    if (nowMs < (this.#blockedUntil.get(organizationNumber) ?? -Infinity)) return false;
    const recent = (this.#calls.get(organizationNumber) ?? []).filter((time) => time > nowMs - WINDOW_MS);
    recent.push(nowMs);
    this.#calls.set(organizationNumber, recent);
    if (recent.length <= this.#callsPerSecond) return true;
    this.#blockedUntil.set(organizationNumber, nowMs + BLOCK_MS);
    return false;
  }
}
