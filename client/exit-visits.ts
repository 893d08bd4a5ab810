import { RefillingBudget, type SignerReturnedInput } from '@signering/contract';
import { SigningError, type ErrorCode } from '@signering/schema';
import { TooManyExitVisitsError } from './errors.js';

/** Wrong tokens of visits without a proof: twenty at once, then twenty a minute. The service takes ten calls a second. */
const VISITS = { capacity: 20, refillMs: 3_000 };

/** Tokens that are left for later. A workflow takes 10,000 signals in its life, and status changes are among them. */
const LEFT = { capacity: 10, refillMs: 60 * 60_000 };

/** The most tokens that are remembered as left. */
const MOST_REMEMBERED = 1_000;

/** A token that a browser brought, and whether the exit URL's proof was verified. */
export type BroughtToken = Required<SignerReturnedInput>;

/** The visit brought no right token, or was never tried. */
const COUNTS: readonly ErrorCode[] = [
  'STATUS_QUERY_TOKEN_INVALID',
  'SIGNING_CEREMONY_NOT_COMPLETED',
  'JOB_NOT_FOUND',
  'NOT_IN_THIS_FLOW',
  'TOO_MANY_EXIT_VISITS',
];

/**
 * Limits the tokens that this process submits for browsers without a proof. All jobs of all organisations share the
 * budget, because their calls share the service's limit for one certificate.
 */
export class ExitVisits {
  readonly #visits = new RefillingBudget(VISITS);
  readonly #left = new RefillingBudget(LEFT);
  /** Reference and token, the oldest first: a page that reloads itself leaves its token once. */
  readonly #remembered = new Set<string>();

  /**
   * Hands a token in. Only wrong ones use up the budget.
   * @throws TOO_MANY_EXIT_VISITS (retryable) when it is used up; what handing in throws
   */
  async tryUnproved<T>(reference: string, handIn: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const waitMs = this.#visits.waitMs(now);
    if (!this.#visits.take(now)) throw new TooManyExitVisitsError(reference, waitMs);
    try {
      const answer = await handIn();
      this.#visits.giveBack();
      return answer;
    } catch (error) {
      if (!(error instanceof SigningError && COUNTS.includes(error.code))) this.#visits.giveBack();
      throw error;
    }
  }

  /** Whether a token may be left for later. False for the same token again, until {@link forget}. */
  mayLeave(reference: string, { statusQueryToken, proved }: BroughtToken): boolean {
    const key = JSON.stringify([reference, statusQueryToken, proved]);
    if (this.#remembered.has(key)) return false;
    if (!proved && !this.#left.take(Date.now())) return false;
    this.#remembered.add(key);
    const [oldest] = this.#remembered;
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return true;
  }

  /** The token could not be left after all. */
  forget(reference: string, { statusQueryToken, proved }: BroughtToken): void {
    this.#remembered.delete(JSON.stringify([reference, statusQueryToken, proved]));
  }
}
