/** A signer cannot do this now; the message says why. What it becomes for whoever asked is theirs to say. */
export class CeremonyRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CeremonyRefusal';
  }
}
