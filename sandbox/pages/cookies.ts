/** Reads one cookie of a request. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key.trim() === name) return value.trim();
  }
  return undefined;
}

/**
 * Writes a cookie for the pages. Browsers send it when a person follows a link from another site, and not when another
 * site posts. Not `Secure`: the pages are plain HTTP on this machine.
 */
export function writeCookie(name: string, value: string): string {
  return `${name}=${value}; Path=/pages; HttpOnly; SameSite=Lax`;
}

/** Deletes a cookie. */
export function removeCookie(name: string): string {
  return `${name}=; Path=/pages; HttpOnly; SameSite=Lax; Max-Age=0`;
}
