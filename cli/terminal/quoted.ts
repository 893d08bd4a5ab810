/** A reference or queue name as a shell takes it, to be copied into the next command. */
export function quoted(name: string): string {
  return /^[\w.\-/:]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
