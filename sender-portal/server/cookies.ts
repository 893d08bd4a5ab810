/** The portal's cookies. Browsers accept the prefix over https alone, where no other host can set such a cookie. */
export interface Cookies {
  readonly session: string;
  readonly language: string;
  /** Of the log-in with this state: log-ins in several tabs do not replace each other's cookie. */
  login(state: string): string;
  /** Names of log-in cookies beyond the newest eight: a browser sends them all, and servers limit the length of a header. */
  oldLogins(header: string | undefined): readonly string[];
  /** A cookie for the whole portal. */
  write(name: string, value: string, maxAgeSeconds?: number): string;
  remove(name: string): string;
}

/** Log-ins under way in one browser. */
const MOST_LOGINS = 8;
const NAME = /^[\w-]+$/u;

export function cookiesOf(url: string): Cookies {
  const isSecure = url.startsWith('https:');
  const prefix = isSecure ? '__Host-' : '';
  const loginPrefix = `${prefix}signering-portal-login-`;
  // Lax: the callback of the log-in comes from another site.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    session: `${prefix}signering-portal`,
    language: `${prefix}signering-portal-language`,
    login: (state) => `${loginPrefix}${state}`,
    oldLogins: (header = '') =>
      header
        .split(';')
        .map((pair) => pair.trim().split('=', 1)[0] ?? '')
        .filter((name) => name.startsWith(loginPrefix) && NAME.test(name))
        // Browsers send the oldest first. One more is written.
        .slice(0, 1 - MOST_LOGINS),
    write: (name, value, maxAgeSeconds) =>
      `${name}=${value}; ${attributes}${maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`}`,
    remove: (name) => `${name}=; ${attributes}; Max-Age=0`,
  };
}

/** Reads one cookie of a request. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key.trim() === name) return value.trim();
  }
  return undefined;
}
