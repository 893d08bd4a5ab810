/** Between two fetches of the workflow, in milliseconds; doubles up to the longest, for each token in use. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** The most tokens that are kept, and that one question before the job's end tries. */
const MOST_KEPT = 200;
const MOST_ASKED_WITH = 20;

/** A token that a browser brought. */
export interface BroughtToken {
  readonly statusQueryToken: string;
  /** Whether the exit URL's proof was verified: then only a signer of this job can have brought it. */
  readonly proved: boolean;
}

/**
 * The tokens with which the workflow fetches the status, and when it does: seldom enough that weeks of it do not fill the
 * history, also when a browser reloads its page. Times are milliseconds since 1970.
 */
export class StatusQueryTokens {
  #answered: BroughtToken | undefined;
  /** Not tried yet, or the service was unavailable; with a proof first, then the newest first. */
  #untried: readonly BroughtToken[] = [];
  /** Refused by the service; tried once more before the job ends unreported, because the service may err. */
  #refused: readonly BroughtToken[] = [];
  #waitMs = FIRST_WAIT_MS;
  #nextQuestion = 0;

  /** When to fetch the status; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.toAskWith.length === 0 ? undefined : this.#nextQuestion;
  }

  /** The accepted token, which gives the status of the whole job; else each token that may belong to the job. */
  get toAskWith(): readonly BroughtToken[] {
    return this.#answered === undefined ? this.#untried.slice(0, MOST_ASKED_WITH) : [this.#answered];
  }

  /** True for the token that the service accepted last. */
  isAnswered({ statusQueryToken }: BroughtToken): boolean {
    return statusQueryToken === this.#answered?.statusQueryToken;
  }

  /** Every token that is kept, the most likely first. */
  get all(): readonly BroughtToken[] {
    const answered = this.#answered === undefined ? [] : [this.#answered];
    return [...answered, ...merged(this.#untried, this.#refused)];
  }

  /** Records that the service accepted a token. After a new token the next status may differ soon. */
  answer(token: BroughtToken, now: number): void {
    if (!this.isAnswered(token)) this.#askIn(FIRST_WAIT_MS, now);
    this.#forget(token);
    this.#answered = token;
    this.#refused = merged(this.#untried, this.#refused);
    this.#untried = [];
  }

  /** Keeps a token that could not be tried: the browser does not return a second time. */
  keep(token: BroughtToken, now: number): void {
    if (this.#add(token)) this.#askIn(FIRST_WAIT_MS, now);
  }

  /** Keeps a token from a signal. With a proof it is tried at once. */
  leave(token: BroughtToken, now: number): void {
    const isNew = !this.isAnswered(token) && this.#add(token);
    if (token.proved) this.#nextQuestion = now;
    else if (isNew && this.#untried.length === 1) this.#askIn(FIRST_WAIT_MS, now);
  }

  /** Records that the service refused a token, unless it accepted the token before. */
  refuse(token: BroughtToken): void {
    if (this.isAnswered(token)) return;
    this.#forget(token);
    this.#refused = merged([token], this.#refused);
  }

  /** Schedules the next question after one with all of {@link toAskWith}. */
  beginQuestion(now: number): void {
    this.#askIn(Math.min(this.#waitMs * 2, LONGEST_WAIT_MS * this.toAskWith.length), now);
  }

  #forget({ statusQueryToken }: BroughtToken): void {
    const isOther = (other: BroughtToken): boolean => other.statusQueryToken !== statusQueryToken;
    this.#untried = this.#untried.filter(isOther);
    this.#refused = this.#refused.filter(isOther);
  }

  /** Returns false for a known token. */
  #add(token: BroughtToken): boolean {
    const known = this.#untried.find(({ statusQueryToken }) => statusQueryToken === token.statusQueryToken);
    this.#forget(token);
    this.#untried = merged([known?.proved === true ? known : token], this.#untried);
    return known === undefined;
  }

  #askIn(waitMs: number, now: number): void {
    this.#waitMs = waitMs;
    this.#nextQuestion = now + waitMs;
  }
}

function merged(newer: readonly BroughtToken[], older: readonly BroughtToken[]): readonly BroughtToken[] {
  return provedFirst([...newer, ...older]).slice(0, MOST_KEPT);
}

function provedFirst(tokens: readonly BroughtToken[]): readonly BroughtToken[] {
  return [...tokens.filter(({ proved }) => proved), ...tokens.filter(({ proved }) => !proved)];
}
