import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { MembershipTable, Tables } from '../database/tables.js';
import type { BegunLogin } from './relying-party.js';

/** A person's role in an organisation. */
export type Role = MembershipTable['role'];

/** A logged-in person and what the person may do now. */
export interface Session {
  readonly idHash: string;
  readonly personId: string;
  /** The person's encrypted name and address. */
  readonly sealedPerson: Buffer;
  readonly organization: string;
  readonly role: Role;
  /** Organisations among which the person can choose. */
  readonly organizations: readonly string[];
  readonly startedAt: Date;
  /** Of this session in this organisation. */
  readonly formToken: string;
}

/** How long a log-in at the issuer may take. */
export const LOGIN_WITHIN_MS = 10 * 60_000;
/** A session ends after this time without a request. */
const IDLE_MS = 60 * 60_000;
/** The longest session. */
const LONGEST_MS = 12 * 60 * 60_000;
/** A session's time of last use is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

/** Log-ins and sessions, in the database: they survive restarts, and a log-out ends them for every process. */
export class Sessions {
  readonly #tables: Kysely<Tables>;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, now: () => Date) {
    this.#tables = tables;
    this.#now = now;
  }

  /** Keeps a begun log-in; returns the value of the cookie that binds it to the browser. */
  async keepLogin({ state, nonce, codeVerifier }: BegunLogin, returnTo: string): Promise<string> {
    const id = newToken();
    await this.#tables.deleteFrom('logins').where('expires_at', '<', this.#now()).execute();
    await this.#tables
      .insertInto('logins')
      .values({
        id_hash: hashOf(id),
        state,
        nonce,
        code_verifier: codeVerifier,
        return_to: returnTo,
        expires_at: this.#after(LOGIN_WITHIN_MS),
      })
      .execute();
    return id;
  }

  /** Takes the log-in of this browser, which can be finished once. */
  async takeLogin(
    id: string | undefined,
  ): Promise<(Omit<BegunLogin, 'url'> & { readonly returnTo: string; readonly begunAt: Date }) | undefined> {
    if (id === undefined) return undefined;
    const login = await this.#tables
      .deleteFrom('logins')
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', this.#now())
      .returningAll()
      .executeTakeFirst();
    return (
      login && {
        state: login.state,
        nonce: login.nonce,
        codeVerifier: login.code_verifier,
        returnTo: login.return_to,
        begunAt: new Date(Number(login.expires_at) - LOGIN_WITHIN_MS),
      }
    );
  }

  /** Starts a session under a new id; returns the value of its cookie. */
  async start(personId: string, organization: string): Promise<string> {
    const id = newToken();
    const now = this.#now();
    await this.#tables.deleteFrom('sessions').where('expires_at', '<', now).execute();
    await this.#tables
      .insertInto('sessions')
      .values({
        id_hash: hashOf(id),
        person_id: personId,
        organization,
        form_token: newToken(),
        last_used_at: now,
        expires_at: this.#after(LONGEST_MS),
      })
      .execute();
    return id;
  }

  /**
   * The session of a cookie, with the role as it is now: a role that has ended opens nothing.
   * @param isUse false: a page that updates itself does not keep the session from its end
   */
  async find(id: string | undefined, { isUse = true } = {}): Promise<Session | undefined> {
    if (id === undefined) return undefined;
    const now = this.#now();
    const rows = await this.#tables
      .selectFrom('sessions')
      .innerJoin('people', 'people.id', 'sessions.person_id')
      .innerJoin('memberships', 'memberships.person_id', 'sessions.person_id')
      .selectAll('sessions')
      .select([
        'people.sealed as sealed',
        'memberships.organization as member_of',
        'memberships.role as role',
      ])
      .where('sessions.id_hash', '=', hashOf(id))
      .where('sessions.expires_at', '>', now)
      .where('sessions.last_used_at', '>', this.#after(-IDLE_MS))
      .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', now)]))
      .orderBy('memberships.organization')
      .execute();
    // The organisation was chosen before; where the role in it has ended, another one is shown.
    const chosen = rows.find(({ member_of, organization }) => member_of === organization) ?? rows[0];
    if (chosen === undefined) return undefined;
    if (isUse && Number(now) - Number(chosen.last_used_at) > TOUCH_EVERY_MS) {
      await this.#update(chosen.id_hash, { last_used_at: now });
    }
    return {
      idHash: chosen.id_hash,
      personId: chosen.person_id,
      sealedPerson: Buffer.from(chosen.sealed),
      organization: chosen.member_of,
      role: chosen.role,
      organizations: rows.map(({ member_of }) => member_of),
      startedAt: new Date(Number(chosen.expires_at) - LONGEST_MS),
      // A form that was shown for one organisation does nothing in another one.
      formToken: hashOf(`${chosen.form_token} ${chosen.member_of}`),
    };
  }

  async chooseOrganization({ idHash }: Session, organization: string): Promise<void> {
    await this.#update(idHash, { organization });
  }

  async end({ idHash }: Session): Promise<void> {
    await this.#tables.deleteFrom('sessions').where('id_hash', '=', idHash).execute();
  }

  /** Logs a person out of every browser. */
  async endAllOf(personId: string): Promise<void> {
    await this.#tables.deleteFrom('sessions').where('person_id', '=', personId).execute();
  }

  async #update(idHash: string, change: { last_used_at: Date } | { organization: string }): Promise<void> {
    await this.#tables.updateTable('sessions').set(change).where('id_hash', '=', idHash).execute();
  }

  #after(ms: number): Date {
    return new Date(Number(this.#now()) + ms);
  }
}

/** Compares a form's token in constant time. */
export function isSameToken(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
}

/** Proves that a session was shown the page of a job. */
export function seenToken({ formToken }: Session, jobId: string): string {
  return hashOf(`${formToken} ${jobId}`);
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
