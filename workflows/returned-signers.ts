import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { RefillingBudget, type SignerReturnedAnswer, type SignerReturnedInput } from '@signering/contract';
import {
  isFinal,
  type DirectSignatureJobStatus,
  type DirectSigner,
  type ErrorCode,
  type StatusUrl,
} from '@signering/schema';
import { fetchDirectStatus, fetchDirectStatusAgain } from './activities.js';
import { directJobChange } from './direct-signers.js';
import type { JobChange } from './job-change.js';
import { outcomeOf, signersAfter } from './signers.js';
import type { SigningProgress } from './signing-progress.js';
import { StatusQueryTokens, type BroughtToken } from './status-query-tokens.js';

/**
 * The most visits of browsers with a proof, or with a token that the service accepted. A workflow accepts 2,000 updates
 * in total; redirect URLs use up to 700 of them, and {@link WRONG_TOKENS} 260 in 40 days.
 */
const MOST_VISITS = 900;

/** Wrong tokens without a proof, which strangers can invent: twenty at once, then one in four hours. */
const WRONG_TOKENS = { capacity: 20, refillMs: 4 * 60 * 60_000 };

/** Temporal accepts ten pending updates of a workflow: the others stay free for visits with a proof. */
const MOST_UNPROVED_UNDER_WAY = 3;

/** When a refused visit can be repeated, in milliseconds. */
const COME_AGAIN_MS = 10_000;

/** Longer than any token of the service, and short enough for a URL. */
const LONGEST_TOKEN = 1000;

/** Answers that show that a token belongs to another job. */
const WRONG_TOKEN: readonly ErrorCode[] = ['STATUS_QUERY_TOKEN_INVALID', 'SIGNING_CEREMONY_NOT_COMPLETED'];

/** The tokens that returning browsers bring, and the status that is fetched with them. */
export class ReturnedSigners {
  readonly #signers: readonly DirectSigner[];
  readonly #progress: SigningProgress;
  readonly #tokens = new StatusQueryTokens();
  readonly #wrongTokens = new RefillingBudget(WRONG_TOKENS);
  readonly #askedOnceMore = new Set<string>();
  #visits = 0;
  #unprovedUnderWay = 0;
  #underWay = 0;
  #closed = false;

  constructor(signers: readonly DirectSigner[], progress: SigningProgress) {
    this.#signers = signers;
    this.#progress = progress;
  }

  /** When the workflow fetches the status next, milliseconds since 1970; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.#tokens.nextQuestion;
  }

  /** A status is being fetched for a browser. */
  get isTrying(): boolean {
    return this.#underWay > 0;
  }

  /** Answers later visits with NOT_REPORTED, the job's outcome: the time ran out without a status. */
  close(): void {
    this.#closed = true;
  }

  /** Update validator: a refused token uses no budget. */
  validate({ statusQueryToken, proved = false }: SignerReturnedInput): void {
    if (!isToken(statusQueryToken)) {
      throw ApplicationFailure.nonRetryable(
        'The text cannot be a status query token: send `status_query_token` of the exit URL, decoded.',
        'STATUS_QUERY_TOKEN_INVALID' satisfies ErrorCode,
      );
    }
    if (this.#visits >= MOST_VISITS) {
      throw tooManyVisits(
        `Browsers returned to the job ${MOST_VISITS} times, which is the limit. The workflow fetches the status without them: query its state.`,
        WRONG_TOKENS.refillMs,
      );
    }
    if (proved) return;
    const waitMs = this.#wrongTokens.waitMs(Date.now());
    if (waitMs === 0 && this.#unprovedUnderWay < MOST_UNPROVED_UNDER_WAY) return;
    throw tooManyVisits(
      'The job received too many wrong tokens without the proof of an exit URL. Make exit URLs with makeExitUrls: visits with a proof have a separate budget.',
      Math.max(waitMs, COME_AGAIN_MS),
    );
  }

  /**
   * Fetches the status with a token, unless the outcome is known, and answers it.
   * @throws as `Creation.inTime` and the activity `fetchDirectStatus`
   */
  async take({ statusQueryToken, proved = false }: SignerReturnedInput): Promise<SignerReturnedAnswer> {
    const token = { statusQueryToken, proved };
    if (proved) {
      this.#visits += 1;
      return this.#take(token);
    }
    this.#wrongTokens.take(Date.now());
    this.#unprovedUnderWay += 1;
    try {
      return await this.#take(token);
    } finally {
      this.#unprovedUnderWay -= 1;
    }
  }

  async #take(token: BroughtToken): Promise<SignerReturnedAnswer> {
    await this.#progress.creation.inTime();
    const statusUrl = this.#statusUrl();
    const known = this.#progress.followed.final;
    if (this.#closed || known !== undefined || statusUrl === undefined) return this.#answer(known);
    this.#underWay += 1;
    try {
      return await this.#try(statusUrl, token);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #try(statusUrl: StatusUrl, token: BroughtToken): Promise<SignerReturnedAnswer> {
    const { statusQueryToken, proved } = token;
    const priority = proved ? 'PERSON' : 'BACKGROUND';
    try {
      const status = await fetchDirectStatus({ statusUrl, statusQueryToken, priority });
      this.#tokens.answer(token, Date.now());
      if (!proved) {
        this.#wrongTokens.giveBack();
        this.#visits += 1;
      }
      return this.#answer(this.#receive(status));
    } catch (error) {
      // Another visit may have brought the outcome; after its confirmation the service answers 404.
      const known = this.#progress.followed.final;
      if (!isWrongToken(error) && known !== undefined) return this.#answer(known);
      if (isWrongToken(error)) this.#tokens.refuse(token);
      else this.#tokens.keep(token, Date.now());
      throw error;
    }
  }

  /** Keeps a token from a signal, which a client sends when no worker answered or the budget was used up. */
  keep({ statusQueryToken, proved = false }: SignerReturnedInput): void {
    if (!isToken(statusQueryToken)) return;
    this.#tokens.leave({ statusQueryToken, proved }, Date.now());
  }

  /** Fetches the status: the signer may have tried again, or another one may have signed. */
  async askAgain(): Promise<void> {
    const tokens = this.#tokens.toAskWith;
    this.#tokens.beginQuestion(Date.now());
    for (const token of tokens) {
      if ((await this.#ask(token)) === 'ANSWERED') return;
    }
  }

  /** The service has accepted or refused every token since the time ran out. */
  isAskedOnceMore(): boolean {
    return this.#tokens.all.every(({ statusQueryToken }) => this.#askedOnceMore.has(statusQueryToken));
  }

  /** Tries every kept token. Stops when the service accepts one or is unavailable. */
  async askOnceMore(): Promise<void> {
    for (const token of this.#tokens.all) {
      if (this.#askedOnceMore.has(token.statusQueryToken)) continue;
      const outcome = await this.#ask(token);
      if (outcome === 'UNAVAILABLE') return;
      this.#askedOnceMore.add(token.statusQueryToken);
      if (outcome === 'ANSWERED') return;
    }
  }

  async #ask(token: BroughtToken): Promise<'ANSWERED' | 'REFUSED' | 'UNAVAILABLE'> {
    const statusUrl = this.#statusUrl();
    if (statusUrl === undefined) return 'REFUSED';
    const { statusQueryToken, proved } = token;
    const priority = proved || this.#tokens.isAnswered(token) ? 'NORMAL' : 'BACKGROUND';
    try {
      const status = await fetchDirectStatusAgain({ statusUrl, statusQueryToken, priority });
      this.#tokens.answer(token, Date.now());
      this.#receive(status);
      return 'ANSWERED';
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (!isWrongToken(error)) return 'UNAVAILABLE';
      this.#tokens.refuse(token);
      return 'REFUSED';
    }
  }

  #statusUrl(): StatusUrl | undefined {
    return this.#progress.creation.job?.statusUrl as StatusUrl | undefined;
  }

  #receive(status: DirectSignatureJobStatus): JobChange {
    const change = directJobChange(this.#signers, status);
    this.#progress.receive(change);
    return change;
  }

  #answer(change: JobChange | undefined): SignerReturnedAnswer {
    const { signers, creation } = this.#progress;
    const signatureJobId = creation.job?.signatureJobId ?? '';
    if (change === undefined) {
      return { signatureJobId, signers, ...(this.#closed && { outcome: 'NOT_REPORTED' as const }) };
    }
    const outcome = isFinal(change) ? outcomeOf(change) : undefined;
    return {
      signatureJobId,
      signers: signersAfter(signers, change),
      ...(outcome !== undefined && { outcome }),
    };
  }
}

function tooManyVisits(message: string, retryAfterMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'TOO_MANY_EXIT_VISITS' satisfies ErrorCode,
    nonRetryable: true,
    details: [{ retryable: true, retryAfterMs }],
  });
}

function isToken(text: string): boolean {
  return text !== '' && text.length <= LONGEST_TOKEN;
}

function isWrongToken(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && WRONG_TOKEN.some((code) => code === cause.type);
}
