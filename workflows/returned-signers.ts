import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { SignerReturnedAnswer, SignerReturnedInput } from '../contract/index.js';
import {
  isFinal,
  type DirectSignatureJobStatus,
  type DirectSigner,
  type ErrorCode,
  type StatusUrl,
} from '../schema/index.js';
import { fetchDirectStatus, fetchDirectStatusAgain } from './activities.js';
import { directJobChange } from './direct-signers.js';
import type { JobChange } from './job-change.js';
import { outcomeOf, signersAfter } from './signers.js';
import type { SigningProgress } from './signing-progress.js';

/** Between two questions of our own, in milliseconds; doubled each time up to the longest. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** The most tokens that are kept while nobody knows whether they are of this job. */
const MOST_UNPROVED = 20;

/** The most tokens that are tried: an exit URL is open to the world, and a workflow takes 2 000 updates in its life. */
const MOST_TOKENS = 1000;

/** Longer than any token of the service, and short enough for a URL. */
const LONGEST_TOKEN = 1000;

/** Answers that show that a token is none of this job. */
const WRONG_TOKEN: readonly ErrorCode[] = ['STATUS_QUERY_TOKEN_INVALID', 'SIGNING_CEREMONY_NOT_COMPLETED'];

/** The tokens with which browsers came back, and what they tell about the job. */
export class ReturnedSigners {
  readonly #signers: readonly DirectSigner[];
  readonly #progress: SigningProgress;
  #proved: string | undefined;
  #unproved: readonly string[] = [];
  #tried = 0;
  #waitMs = FIRST_WAIT_MS;
  #nextQuestion = 0;

  constructor(signers: readonly DirectSigner[], progress: SigningProgress) {
    this.#signers = signers;
    this.#progress = progress;
  }

  /** When the status is asked for by ourselves, milliseconds since 1970; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.#proved === undefined && this.#unproved.length === 0 ? undefined : this.#nextQuestion;
  }

  /** Refuses before it is in the history. */
  validate({ statusQueryToken }: SignerReturnedInput): void {
    const wrong = statusQueryToken === '' || statusQueryToken.length > LONGEST_TOKEN;
    if (wrong || this.#tried >= MOST_TOKENS) {
      throw ApplicationFailure.nonRetryable(
        wrong
          ? 'What was handed in can be no status query token: hand in `status_query_token` of the exit URL, decoded.'
          : `The job was handed ${MOST_TOKENS} tokens and takes no more: look for who visits its exit URLs.`,
        'STATUS_QUERY_TOKEN_INVALID' satisfies ErrorCode,
      );
    }
  }

  /** Takes a token and tells how the job stands. Where that is known already, the service is not asked again. */
  async take({ statusQueryToken }: SignerReturnedInput): Promise<SignerReturnedAnswer> {
    this.#tried += 1;
    await this.#progress.whenCreated();
    const statusUrl = this.#statusUrl();
    const known = this.#progress.finalChange;
    if (known !== undefined || statusUrl === undefined) return this.#answer(known);
    try {
      const status = await fetchDirectStatus({ statusUrl, statusQueryToken });
      this.#proved = statusQueryToken;
      this.#askLater(FIRST_WAIT_MS);
      return this.#answer(this.#receive(status));
    } catch (error) {
      // The browser does not come back a second time: what could not be tried now is tried again by ourselves.
      if (!isWrongToken(error)) {
        this.#keepUnproved(statusQueryToken);
        this.#askLater(FIRST_WAIT_MS);
      }
      throw error;
    }
  }

  /** Keeps a token that was left when nobody could take it, and has it tried at once. */
  keep({ statusQueryToken }: SignerReturnedInput): void {
    if (statusQueryToken === '' || statusQueryToken.length > LONGEST_TOKEN) return;
    this.#keepUnproved(statusQueryToken);
    this.#askLater(0);
  }

  /** Asks for the status by ourselves: the signer may have tried again, or another one may have signed since. */
  async askAgain(): Promise<void> {
    this.#askLater(Math.min(Math.max(this.#waitMs * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS));
    const statusUrl = this.#statusUrl();
    if (statusUrl === undefined) return;
    // One token tells about the whole job.
    const tokens = this.#proved === undefined ? [...this.#unproved] : [this.#proved];
    for (const statusQueryToken of tokens) {
      try {
        const status = await fetchDirectStatusAgain({ statusUrl, statusQueryToken });
        this.#proved = statusQueryToken;
        this.#unproved = [];
        this.#receive(status);
        return;
      } catch (error) {
        if (isWrongToken(error))
          this.#unproved = this.#unproved.filter((other) => other !== statusQueryToken);
        else if (!(error instanceof ActivityFailure)) throw error;
      }
    }
  }

  #keepUnproved(token: string): void {
    if (token === this.#proved || this.#unproved.includes(token)) return;
    this.#unproved = [...this.#unproved, token].slice(-MOST_UNPROVED);
  }

  #askLater(waitMs: number): void {
    this.#waitMs = waitMs;
    this.#nextQuestion = Date.now() + waitMs;
  }

  #statusUrl(): StatusUrl | undefined {
    return this.#progress.created?.statusUrl as StatusUrl | undefined;
  }

  #receive(status: DirectSignatureJobStatus): JobChange {
    const change = directJobChange(this.#signers, status);
    this.#progress.receive(change);
    return change;
  }

  #answer(change: JobChange | undefined): SignerReturnedAnswer {
    const { signers, created } = this.#progress;
    return {
      signatureJobId: created?.signatureJobId ?? '',
      signers: change === undefined ? signers : signersAfter(signers, change),
      ...(change !== undefined && isFinal(change) && { outcome: outcomeOf(change) }),
    };
  }
}

function isWrongToken(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && WRONG_TOKEN.some((code) => code === cause.type);
}
