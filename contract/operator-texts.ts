import { maskElevenDigits } from '@signering/schema';
import type { DecidedBy, RecordedDecision } from './signing.js';

/** What is wrong with the name of the person who decides; undefined if nothing is. */
export function whatIsWrongWithBy(value: unknown): string | undefined {
  return whatIsWrongWithText('by', value, 100);
}

/** What is wrong with a person's reason; undefined if nothing is. */
export function whatIsWrongWithReason(value: unknown): string | undefined {
  return whatIsWrongWithText('reason', value, 500);
}

function whatIsWrongWithText(name: string, value: unknown, longest: number): string | undefined {
  const length = typeof value === 'string' ? Array.from(value.trim()).length : 0;
  return length < 1 || length > longest ? `${name} must be a text of 1 to ${longest} characters.` : undefined;
}

/** A decision as it is recorded: identity numbers in its texts are masked. */
export function decisionOf(
  decision: RecordedDecision['decision'],
  decidedBy: DecidedBy,
  at: Date,
): RecordedDecision {
  return {
    decision,
    ...maskedTexts(decidedBy),
    at: at.toISOString(),
  };
}

/** The texts of a person, without surrounding blanks and with identity numbers masked. */
export function maskedTexts({ by, reason }: DecidedBy): DecidedBy {
  return {
    ...(by !== undefined && { by: maskElevenDigits(by.trim()) }),
    ...(reason !== undefined && { reason: maskElevenDigits(reason.trim()) }),
  };
}
