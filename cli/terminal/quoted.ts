/** A reference or queue name quoted for a shell, for commands to copy. */
export function quoted(name: string): string {
  return /^[\w.\-/:]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** The same as the last word of a command: a reference may begin with a hyphen, as an option does. */
export function quotedLast(name: string): string {
  return name.startsWith('-') ? `-- ${quoted(name)}` : quoted(name);
}
