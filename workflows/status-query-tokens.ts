/** Between two questions of our own, in milliseconds; doubled each time up to the longest, which is for each token. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** The most tokens that are kept while nobody knows whether they are of this job. */
const MOST_UNPROVED = 20;

/**
 * The tokens with which the service can be asked, and when to ask by ourselves: seldom enough that weeks of it do not
 * fill a workflow's history, however often a browser reloads its page. Times are milliseconds since 1970.
 */
export class StatusQueryTokens {
  #proved: string | undefined;
  #unproved: readonly string[] = [];
  #waitMs = FIRST_WAIT_MS;
  #nextQuestion = 0;

  /** When to ask; absent without a token. */
  get nextQuestion(): number | undefined {
    return this.toAskWith.length === 0 ? undefined : this.#nextQuestion;
  }

  /** One proved token tells about the whole job; else each that may be of this job. */
  get toAskWith(): readonly string[] {
    return this.#proved === undefined ? this.#unproved : [this.#proved];
  }

  /** The service has answered it. What a new token brings may be news soon; one that comes again brings none. */
  prove(token: string, now: number): void {
    if (token !== this.#proved) this.#askIn(FIRST_WAIT_MS, now);
    this.#proved = token;
    this.#unproved = [];
  }

  /** The service could not be asked. The browser does not come a second time: the token is kept. */
  keep(token: string, now: number): void {
    if (this.#unproved.includes(token)) return;
    this.#add(token);
    this.#askIn(FIRST_WAIT_MS, now);
  }

  /** It was left when nobody could take it: it is to be asked with at once. */
  leave(token: string, now: number): void {
    if (token !== this.#proved && !this.#unproved.includes(token)) this.#add(token);
    this.#nextQuestion = now;
  }

  /** It is none of this job. */
  drop(token: string): void {
    this.#unproved = this.#unproved.filter((other) => other !== token);
  }

  /** All of {@link toAskWith} are asked with now. */
  beginQuestion(now: number): void {
    this.#askIn(Math.min(this.#waitMs * 2, LONGEST_WAIT_MS * this.toAskWith.length), now);
  }

  #add(token: string): void {
    this.#unproved = [...this.#unproved, token].slice(-MOST_UNPROVED);
  }

  #askIn(waitMs: number, now: number): void {
    this.#waitMs = waitMs;
    this.#nextQuestion = now + waitMs;
  }
}
