import { randomBytes } from 'node:crypto';
import type { AuthenticationLevel } from '@signering/schema';
import type { Person } from '../people.js';

/** The session cookie. */
export const SESSION_COOKIE = 'signering-session';

/** The logged-in person of a browser. */
export interface PortalLogIn {
  readonly person: Person;
  readonly level: AuthenticationLevel;
}

interface BrowserSession {
  readonly logIn?: PortalLogIn;
  /** The ceremonies whose security code was entered in this browser. */
  readonly opened: ReadonlySet<string>;
}

/** Sessions of browsers. Kept in memory: after a restart people log in again, or enter their code again. */
export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();

  logInOf(session: string | undefined): PortalLogIn | undefined {
    return this.#find(session)?.logIn;
  }

  hasOpened(session: string | undefined, ceremony: string): boolean {
    return this.#find(session)?.opened.has(ceremony) ?? false;
  }

  /** Logs in under a new session id, and invalidates the previous one. */
  logIn(session: string | undefined, logIn: PortalLogIn): string {
    return this.#renew(session, (before) => ({ ...before, logIn }));
  }

  logOut(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }

  /** Records that the code of a ceremony was entered; returns the new session id. */
  open(session: string | undefined, ceremony: string): string {
    return this.#renew(session, (before) => ({ ...before, opened: new Set([...before.opened, ceremony]) }));
  }

  #find(session: string | undefined): BrowserSession | undefined {
    return session === undefined ? undefined : this.#sessions.get(session);
  }

  #renew(session: string | undefined, change: (before: BrowserSession) => BrowserSession): string {
    const changed = change(this.#find(session) ?? { opened: new Set() });
    this.logOut(session);
    const renewed = randomBytes(24).toString('base64url');
    this.#sessions.set(renewed, changed);
    return renewed;
  }
}
