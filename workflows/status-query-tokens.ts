/** Between two questions of the workflow, in milliseconds; doubled each time up to the longest, for each token asked with. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** The most tokens that are kept in all, and that one question before the job's end is asked with. */
const MOST_KEPT = 200;
const MOST_ASKED_WITH = 20;

/** A token that a browser brought. */
export interface BroughtToken {
  readonly statusQueryToken: string;
  /** Whether the exit URL's proof was verified: then only a signer of this job can have brought it. */
  readonly proved: boolean;
}

/**
 * The tokens with which the service can be asked, and when the workflow asks: seldom enough that weeks of it do not fill
 * its history, however often a browser reloads its page. Times are milliseconds since 1970.
 */
export class StatusQueryTokens {
  #answered: BroughtToken | undefined;
  /** The service could not be asked with them yet; those with a proof first, the newest first. */
  #untried: readonly BroughtToken[] = [];
  /** The service has refused them. Asked with once more before the job ends unreported: the service may err. */
  #refused: readonly BroughtToken[] = [];
  #waitMs = FIRST_WAIT_MS;
  #nextQuestion = 0;

  /** When to ask; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.toAskWith.length === 0 ? undefined : this.#nextQuestion;
  }

  /** One token that the service answers tells about the whole job; else each that may belong to it. */
  get toAskWith(): readonly BroughtToken[] {
    return this.#answered === undefined ? this.#untried.slice(0, MOST_ASKED_WITH) : [this.#answered];
  }

  /** True for the token that the service answered last. */
  isAnswered({ statusQueryToken }: BroughtToken): boolean {
    return statusQueryToken === this.#answered?.statusQueryToken;
  }

  /** Every token that is kept, the most likely first. */
  get all(): readonly BroughtToken[] {
    const answered = this.#answered === undefined ? [] : [this.#answered];
    return [...answered, ...merged(this.#untried, this.#refused)];
  }

  /** The service has answered it. What a new token brings may be news soon; one that comes again brings none. */
  answer(token: BroughtToken, now: number): void {
    if (!this.isAnswered(token)) this.#askIn(FIRST_WAIT_MS, now);
    this.#forget(token);
    this.#answered = token;
    this.#refused = merged(this.#untried, this.#refused);
    this.#untried = [];
  }

  /** The service could not be asked. The browser does not come a second time: the token is kept. */
  keep(token: BroughtToken, now: number): void {
    if (this.#add(token)) this.#askIn(FIRST_WAIT_MS, now);
  }

  /** It was left without an answer. With a proof it is asked with at once. */
  leave(token: BroughtToken, now: number): void {
    const isNew = !this.isAnswered(token) && this.#add(token);
    if (token.proved) this.#nextQuestion = now;
    else if (isNew && this.#untried.length === 1) this.#askIn(FIRST_WAIT_MS, now);
  }

  /** The service has refused it. One that the service has answered before stays. */
  refuse(token: BroughtToken): void {
    if (this.isAnswered(token)) return;
    this.#forget(token);
    this.#refused = merged([token], this.#refused);
  }

  /** All of {@link toAskWith} are asked with now. */
  beginQuestion(now: number): void {
    this.#askIn(Math.min(this.#waitMs * 2, LONGEST_WAIT_MS * this.toAskWith.length), now);
  }

  #forget({ statusQueryToken }: BroughtToken): void {
    const isOther = (other: BroughtToken): boolean => other.statusQueryToken !== statusQueryToken;
    this.#untried = this.#untried.filter(isOther);
    this.#refused = this.#refused.filter(isOther);
  }

  /** False: it is there already. */
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
