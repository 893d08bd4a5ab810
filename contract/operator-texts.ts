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
