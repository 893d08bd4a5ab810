/** A signer cannot do this now; the message says why. What it becomes for whoever asked is theirs to say. */
export class CeremonyRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CeremonyRefusal';
  }
}

/** The e-ID belongs to somebody else than the job was addressed to. */
export class WrongPersonRefusal extends CeremonyRefusal {
  constructor(signer: number) {
    super(
      `The job is addressed to another person: signer ${signer} signs with the identity number of the manifest.`,
    );
    this.name = 'WrongPersonRefusal';
  }
}
