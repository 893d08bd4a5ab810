/** A reference or queue name quoted for a shell, for commands to copy. */
export function quoted(name: string): string {
  return /^[\w.\-/:]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
