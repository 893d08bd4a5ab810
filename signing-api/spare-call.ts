import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLAIM, GONE_AFTER_MS, readRoll, type Roll } from './roll-folder.js';

/**
 * For how long one that was taken may be used without being looked after. Well before the others take its owner for
 * gone: a process may have stood still.
 */
const LAPSES_AFTER_MS = GONE_AFTER_MS - 5000;

/** The argument of {@link SpareCall}. */
export interface SpareCallOptions {
  readonly folder: string;
  /** How many processes may have one. */
  readonly spare: number;
  /** True when this process has no more calls under way than without it. */
  readonly mayGiveBack: () => boolean;
}

/**
 * One of the calls that do not divide evenly, held by a file. Whoever wants one writes its file first and then counts
 * all of them: of two who do so at once at least one sees the other, so never have more of them one than there are.
 */
export class SpareCall {
  readonly #options: SpareCallOptions;
  #file: string | undefined;
  #until = -Infinity;

  constructor(options: SpareCallOptions) {
    this.#options = options;
  }

  /**
   * Takes one, or keeps it.
   * @param began when the roll began to be read, on this process' own clock
   * @returns until when it may be used; undefined when there is none
   */
  async take(began: number, ownFile: string): Promise<number | undefined> {
    const { folder, spare } = this.#options;
    const held = began < this.#until;
    // A claim that has lapsed may be swept away by others any time: never the same name again.
    if (!held) await this.#remove();
    this.#file ??= `${randomUUID()}${CLAIM}`;
    await writeFile(join(folder, this.#file), this.#file, { mode: 0o600 });
    // Who holds one keeps it when there are too many: that is somebody who has not counted yet.
    if (!held && !this.#isWithin(await readRoll(folder, ownFile), spare)) {
      await this.#remove();
      return undefined;
    }
    this.#until = began + LAPSES_AFTER_MS;
    return this.#until;
  }

  /** Lets others have it, as soon as this process' calls permit. Nobody may use it any more when this is called. */
  async giveBack(): Promise<void> {
    this.#until = -Infinity;
    if (this.#options.mayGiveBack()) await this.#remove();
    else if (this.#file !== undefined)
      await writeFile(join(this.#options.folder, this.#file), this.#file, { mode: 0o600 });
  }

  /** The process leaves. */
  async leave(): Promise<void> {
    await this.#remove();
  }

  #isWithin({ claims }: Roll, spare: number): boolean {
    return this.#file !== undefined && claims.includes(this.#file) && claims.length <= spare;
  }

  async #remove(): Promise<void> {
    if (this.#file === undefined) return;
    await rm(join(this.#options.folder, this.#file), { force: true });
    this.#file = undefined;
    this.#until = -Infinity;
  }
}
