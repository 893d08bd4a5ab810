import { EVIDENCE_RULES, type EvidenceRuleId } from '@signering/schema';

/** Result of the check of one signature, or of its file. */
export type SignatureCheck =
  | { readonly result: 'INTACT' }
  | {
      readonly result: 'NOT_CHECKED' | 'BROKEN';
      /** The rule that applies. */
      readonly rule: EvidenceRuleId;
      /** One sentence without personal data. */
      readonly reason: string;
    };

/** Ends the check of a signature with the rule that applies. Internal to this package. */
export class SignatureDoubt extends Error {
  constructor(
    readonly rule: EvidenceRuleId,
    reason: string,
  ) {
    super(reason);
    this.name = 'SignatureDoubt';
  }
}

/** Proves damage: the signature uses supported algorithms and does not match its content. */
export function broken(reason: string): SignatureDoubt {
  return new SignatureDoubt('SIGNATURE_CONTRADICTS_CONTENT', reason);
}

/** Proves nothing: the form is unsupported. */
export function unknownForm(reason: string): SignatureDoubt {
  return new SignatureDoubt('UNKNOWN_FORM', reason);
}

/** Proves nothing: the algorithm is unsupported. */
export function unknownAlgorithm(kind = 'an algorithm'): SignatureDoubt {
  return new SignatureDoubt('UNKNOWN_ALGORITHM', `The signature uses ${kind} that is not known here.`);
}

/**
 * Converts an error to a check result. An unexpected error counts as an unknown form: a bug in the check must never
 * block genuine documents of the service.
 */
export function checkOf(error: unknown): Exclude<SignatureCheck, { result: 'INTACT' }> {
  const { rule, message } =
    error instanceof SignatureDoubt ? error : unknownForm('The signature has a form that is not known here.');
  const isBroken = EVIDENCE_RULES.some(({ id, severity }) => id === rule && severity === 'BROKEN');
  return { result: isBroken ? 'BROKEN' : 'NOT_CHECKED', rule, reason: message };
}
