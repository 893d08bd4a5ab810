/** The service refuses a package whose signing time is further off than this when it arrives, in milliseconds. */
const TOLERANCE_MS = 5000;

/** From this age on a refusal may be due to the age, in milliseconds: the rest is for the way to the service. */
const DOUBTFUL_MS = 4000;

/** A package was not sent to its end because the service would refuse it for its age. There is no job. */
export class PackageTooOldError extends Error {
  constructor() {
    super(`the document package was not sent within ${TOLERANCE_MS} ms of its signing time`);
    this.name = 'PackageTooOldError';
  }
}

/** How old a document package's signing time is while the package is sent, by this process' own clock. */
export class PackageAge {
  #sealedAt = Infinity;
  #signingTime = 0;
  #firstByteAt: number | undefined;
  #lastByteMs: number | undefined;

  /** The signing time is about to be set. */
  sealed(): void {
    this.#sealedAt = performance.now();
    this.#signingTime = Date.now();
  }

  /** A piece is about to be sent. @throws PackageTooOldError */
  beforePiece(): void {
    this.#firstByteAt ??= performance.now();
    if (this.#ms() > TOLERANCE_MS) throw new PackageTooOldError();
  }

  /** The last piece is about to be sent. */
  beforeLastPiece(): void {
    this.beforePiece();
    this.#lastByteMs = this.#ms();
  }

  /** How long the sending, and the service, have taken until now, in milliseconds. */
  uploadMs(): number {
    return this.#firstByteAt === undefined ? 0 : performance.now() - this.#firstByteAt;
  }

  /** True when the package was too old by the time its last byte was sent: a refusal now says nothing about it. */
  wasSentLate(): boolean {
    return (this.#lastByteMs ?? 0) > DOUBTFUL_MS;
  }

  /**
   * True when a refusal that comes now may be due to the age although the last byte was handed over in time: the
   * operating system's buffers hold several megabytes, so bytes may leave later.
   */
  mayHaveArrivedLate(): boolean {
    return this.#ms() > DOUBTFUL_MS;
  }

  /**
   * How far the clock that gave the signing time is ahead of the service's, or below 0 behind, in milliseconds. Undefined: too
   * little to be the reason of a refusal.
   * @param servedAtMs the service's clock as its answer began
   */
  clockOffMs(servedAtMs: number): number | undefined {
    const offMs = this.#signingTime + this.#ms() - servedAtMs;
    return Math.abs(offMs) > DOUBTFUL_MS ? offMs : undefined;
  }

  #ms(): number {
    return performance.now() - this.#sealedAt;
  }
}
