import { randomBytes } from 'node:crypto';
import type { AuthenticationLevel } from '@signering/schema';
import type { Person } from '../people.js';

/** Where a browser keeps its session. */
export const SESSION_COOKIE = 'signering-session';

/** Who a browser is logged in as. */
export interface PortalLogIn {
  readonly person: Person;
  readonly level: AuthenticationLevel;
}

interface BrowserSession {
  readonly logIn?: PortalLogIn;
  /** The ceremonies whose security code was entered here. */
  readonly opened: ReadonlySet<string>;
}

/** What browsers may see. Kept in memory: after a restart people log in again, or enter their code again. */
export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();

  logInOf(session: string | undefined): PortalLogIn | undefined {
    return this.#find(session)?.logIn;
  }

  hasOpened(session: string | undefined, ceremony: string): boolean {
    return this.#find(session)?.opened.has(ceremony) ?? false;
  }

  /** Logs in, under a new session id: one from before the log-in is worth nothing afterwards. */
  logIn(session: string | undefined, logIn: PortalLogIn): string {
    return this.#renew(session, (before) => ({ ...before, logIn }));
  }

  logOut(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }

  /** Remembers that the code of a ceremony was entered; gives the new session id. */
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
