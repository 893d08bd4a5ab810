import { isFinal } from '@signering/schema';
import type { JobChange } from './job-change.js';
import type { ReceivedChanges } from './received-changes.js';

/** The status changes of the job that counts: the created one, unless a duplicate survives. */
export class FollowedChanges {
  readonly #received: ReceivedChanges;
  #followed: string | undefined;
  #taken = 0;

  constructor(received: ReceivedChanges) {
    this.#received = received;
  }

  /** Its id; undefined before the creation. */
  get signatureJobId(): string | undefined {
    return this.#followed;
  }

  /** Makes a job the followed one. @returns false if it was that already */
  follow(signatureJobId: string): boolean {
    if (signatureJobId === this.#followed) return false;
    this.#followed = signatureJobId;
    this.#taken = 0;
    return true;
  }

  /** The newest change. */
  get latest(): JobChange | undefined {
    return this.#changes.at(-1);
  }

  /** The newest final change. */
  get final(): JobChange | undefined {
    return this.#changes.filter(isFinal).at(-1);
  }

  hasNews(): boolean {
    return this.#changes.length > this.#taken;
  }

  /** Takes the next change; `hasNews` must be true. */
  take(): JobChange {
    const change = this.#changes[this.#taken];
    if (change === undefined) throw new Error('There is no status change to take.');
    this.#taken += 1;
    return change;
  }

  get #changes(): readonly JobChange[] {
    return this.#received.ofJob(this.#followed);
  }
}
