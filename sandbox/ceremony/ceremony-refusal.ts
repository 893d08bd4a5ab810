/** A signer cannot do this now; the message has the reason. The caller chooses the response. */
export class CeremonyRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CeremonyRefusal';
  }
}

/** The e-ID belongs to a person who is not the signer. */
export class WrongPersonRefusal extends CeremonyRefusal {
  constructor(signer: number) {
    super(
      `The job is addressed to another person: signer ${signer} signs with the identity number of the manifest.`,
    );
    this.name = 'WrongPersonRefusal';
  }
}
