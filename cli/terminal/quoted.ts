/** A reference as a shell takes it, to be copied into the next command. */
export function quoted(reference: string): string {
  return /^[\w.\-/:]+$/u.test(reference) ? reference : `'${reference}'`;
}
