import { EVIDENCE_RULES, type EvidenceRuleId } from '@signering/schema';

/** What the check of one signature, or of the file around it, found. */
export type SignatureCheck =
  | { readonly result: 'INTACT' }
  | {
      readonly result: 'NOT_CHECKED' | 'BROKEN';
      /** The rule that applies. */
      readonly rule: EvidenceRuleId;
      /** One sentence without personal data. */
      readonly reason: string;
    };

/** Ends the check of a signature with the rule that applies. Never leaves this room. */
export class SignatureDoubt extends Error {
  constructor(
    readonly rule: EvidenceRuleId,
    reason: string,
  ) {
    super(reason);
    this.name = 'SignatureDoubt';
  }
}

/** A doubt that proves damage: the signature uses known algorithms and does not fit what it signs. */
export function broken(reason: string): SignatureDoubt {
  return new SignatureDoubt('SIGNATURE_CONTRADICTS_CONTENT', reason);
}

/** A doubt that proves nothing: a form that is not known here. */
export function unknownForm(reason: string): SignatureDoubt {
  return new SignatureDoubt('UNKNOWN_FORM', reason);
}

/** A doubt that proves nothing: an algorithm that is not known here. */
export function unknownAlgorithm(kind = 'an algorithm'): SignatureDoubt {
  return new SignatureDoubt('UNKNOWN_ALGORITHM', `The signature uses ${kind} that is not known here.`);
}

/**
 * What a failed check amounts to. An unforeseen error counts as an unknown form: a fault of the check must never hold
 * up genuine documents of the service.
 */
export function checkOf(error: unknown): Exclude<SignatureCheck, { result: 'INTACT' }> {
  const { rule, message } =
    error instanceof SignatureDoubt ? error : unknownForm('The signature has a form that is not known here.');
  const isBroken = EVIDENCE_RULES.some(({ id, severity }) => id === rule && severity === 'BROKEN');
  return { result: isBroken ? 'BROKEN' : 'NOT_CHECKED', rule, reason: message };
}
