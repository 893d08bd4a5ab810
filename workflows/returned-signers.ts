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
import { createdInTime } from './created-in-time.js';
import { directJobChange } from './direct-signers.js';
import type { JobChange } from './job-change.js';
import { outcomeOf, signersAfter } from './signers.js';
import type { SigningProgress } from './signing-progress.js';
import { StatusQueryTokens } from './status-query-tokens.js';

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
  readonly #tokens = new StatusQueryTokens();
  #tried = 0;
  #underWay = 0;
  #closed = false;

  constructor(signers: readonly DirectSigner[], progress: SigningProgress) {
    this.#signers = signers;
    this.#progress = progress;
  }

  /** When the status is asked for by ourselves, milliseconds since 1970; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.#tokens.nextQuestion;
  }

  /** A token is being tried right now. */
  get isTrying(): boolean {
    return this.#underWay > 0;
  }

  /** The time ran out with nothing known: whoever comes from now on hears NOT_REPORTED, which is the job's outcome. */
  close(): void {
    this.#closed = true;
  }

  /** Refuses before it is in the history. */
  validate({ statusQueryToken }: SignerReturnedInput): void {
    const wrong = !isToken(statusQueryToken);
    if (wrong || this.#tried >= MOST_TOKENS) {
      throw ApplicationFailure.nonRetryable(
        wrong
          ? 'What was handed in can be no status query token: hand in `status_query_token` of the exit URL, decoded.'
          : `The job was handed ${MOST_TOKENS} tokens and takes no more: look for who visits its exit URLs.`,
        'STATUS_QUERY_TOKEN_INVALID' satisfies ErrorCode,
      );
    }
  }

  /**
   * Takes a token and tells how the job stands. Where that is known already, the service is not asked again.
   * @throws as {@link createdInTime} and the activity `fetchDirectStatus`
   */
  async take({ statusQueryToken }: SignerReturnedInput): Promise<SignerReturnedAnswer> {
    this.#tried += 1;
    await createdInTime(this.#progress);
    const statusUrl = this.#statusUrl();
    const known = this.#progress.finalChange;
    if (this.#closed || known !== undefined || statusUrl === undefined) return this.#answer(known);
    this.#underWay += 1;
    try {
      return await this.#try(statusUrl, statusQueryToken);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #try(statusUrl: StatusUrl, statusQueryToken: string): Promise<SignerReturnedAnswer> {
    try {
      const status = await fetchDirectStatus({ statusUrl, statusQueryToken });
      this.#tokens.prove(statusQueryToken, Date.now());
      return this.#answer(this.#receive(status));
    } catch (error) {
      if (!isWrongToken(error)) this.#tokens.keep(statusQueryToken, Date.now());
      throw error;
    }
  }

  /** Keeps a token that was left when nobody could take it, and has it tried at once. */
  keep({ statusQueryToken }: SignerReturnedInput): void {
    if (!isToken(statusQueryToken)) return;
    this.#tokens.leave(statusQueryToken, Date.now());
  }

  /** Asks for the status by ourselves: the signer may have tried again, or another one may have signed since. */
  async askAgain(): Promise<void> {
    const statusUrl = this.#statusUrl();
    const tokens = this.#tokens.toAskWith;
    this.#tokens.beginQuestion(Date.now());
    if (statusUrl === undefined) return;
    for (const statusQueryToken of tokens) {
      try {
        const status = await fetchDirectStatusAgain({ statusUrl, statusQueryToken });
        this.#tokens.prove(statusQueryToken, Date.now());
        this.#receive(status);
        return;
      } catch (error) {
        if (isWrongToken(error)) this.#tokens.drop(statusQueryToken);
        else if (!(error instanceof ActivityFailure)) throw error;
      }
    }
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
    const signatureJobId = created?.signatureJobId ?? '';
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

function isToken(text: string): boolean {
  return text !== '' && text.length <= LONGEST_TOKEN;
}

function isWrongToken(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && WRONG_TOKEN.some((code) => code === cause.type);
}
