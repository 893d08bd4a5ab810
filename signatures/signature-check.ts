/** What a look at a signed document found, as the contract's `DocumentCheck`. */
export interface SignatureCheck {
  /** INTACT: proved; NOT_CHECKED: nothing wrong, but not provable here; BROKEN: it contradicts itself. */
  readonly result: 'INTACT' | 'NOT_CHECKED' | 'BROKEN';
  /** Why, unless INTACT; one sentence without personal data. */
  readonly reason?: string;
}

/** Ends the look at a signature: what keeps it from being called intact. Never leaves this room. */
export class SignatureDoubt extends Error {
  constructor(
    readonly result: 'NOT_CHECKED' | 'BROKEN',
    reason: string,
  ) {
    super(reason);
    this.name = 'SignatureDoubt';
  }
}

/** A doubt that proves damage: only for what contradicts itself under an algorithm that is known here. */
export function broken(reason: string): SignatureDoubt {
  return new SignatureDoubt('BROKEN', reason);
}

/** A doubt that proves nothing: a form, an algorithm or an addition that is not known here. */
export function notChecked(reason: string): SignatureDoubt {
  return new SignatureDoubt('NOT_CHECKED', reason);
}

/**
 * What a failed look amounts to. Anything unforeseen counts as an unknown form: a check of ours must never hold up
 * genuine documents of the service.
 */
export function checkOf(error: unknown): SignatureCheck {
  if (error instanceof SignatureDoubt) return { result: error.result, reason: error.message };
  return { result: 'NOT_CHECKED', reason: 'The signature has a form that is not known here.' };
}
