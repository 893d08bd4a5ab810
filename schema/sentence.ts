/** Ends a text with one period, also where it is made of whole sentences already. */
export function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
