import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { z } from 'zod';
import { SigningError } from '@signering/schema';
import type { FirstManager } from '@signering/settings';
import type { Sealing } from '../database/sealing.js';
import type { Tables } from '../database/tables.js';
import type { LoggedInUser } from '../login/relying-party.js';
import type { Role } from '../login/sessions.js';
import { PortalRefusal } from '../portal-refusal.js';

const Profile = z.object({ emailAddress: z.string(), name: z.string().exactOptional() });
/** What a person is called. */
export type Profile = z.infer<typeof Profile>;

/** With the subject of the log-in, of which the hash under another key is made. */
const KeptProfile = Profile.extend({ subject: z.string().exactOptional() });
type KeptProfile = z.infer<typeof KeptProfile>;

/** A person of an organisation. */
export interface Member extends Profile {
  readonly personId: string;
  readonly role: Role;
  /** The last moment of the role. Absent: it does not end. */
  readonly endsAt?: Date;
  /** The person has logged in at least once, and if in other organisations too, then also in this one. */
  readonly isKnown: boolean;
}

/** A line of the audit log shows that a person has used the portal, for organisations as `where` says. */
const hasUsed = (person: 'people.id' | 'memberships.person_id', where: RawBuilder<unknown>) =>
  sql<boolean>`exists (select 1 from audit where audit.person_id = ${sql.ref(person)} and audit.organization ${where}
    and audit.action <> 'LOGIN_REFUSED')`;
/** As {@link hasUsed}, for the organisation of the membership. */
const HAS_USED = hasUsed('memberships.person_id', sql`= memberships.organization`);

/** The people of the portal and their roles. */
export class People {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
  }

  /**
   * Adds the account managers whom the settings name. A role that was changed in the portal stays as it is; one that was
   * ended there comes back. @returns who was added, and where
   */
  async addFirstManagers(
    managers: readonly FirstManager[],
  ): Promise<readonly { readonly personId: string; readonly organization: string }[]> {
    const added = [];
    for (const { organizationNumber, emailAddress } of managers) {
      const personId = await this.#personOf(emailAddress);
      const inserted = await this.#tables
        .insertInto('memberships')
        .values({
          person_id: personId,
          organization: organizationNumber,
          role: 'ACCOUNT_MANAGER',
          ends_at: null,
        })
        .onConflict((conflict) => conflict.columns(['person_id', 'organization']).doNothing())
        .returning('organization')
        .executeTakeFirst();
      if (inserted !== undefined) added.push({ personId, organization: organizationNumber });
    }
    return added;
  }

  /**
   * The person who has logged in: by the issuer's subject, at the first log-in by the verified email address.
   * @returns undefined for a person whom no account manager has added
   */
  async recognise(user: LoggedInUser): Promise<string | undefined> {
    const known = await this.#tables
      .selectFrom('people')
      .select(['id', 'sealed'])
      .where('subject', 'in', this.#sealing.hashesOf('SUBJECT', user.subject))
      .executeTakeFirst();
    const { emailAddress, name, subject } = user;
    if (known !== undefined) {
      const profile = this.#openKept(known.id, known.sealed);
      const isRenamed = name !== undefined && name !== profile.name;
      if (isRenamed || subject !== profile.subject) {
        await this.#keep(known.id, { ...profile, ...(name !== undefined && { name }), subject });
      }
      return known.id;
    }
    if (emailAddress === undefined) return undefined;
    const hashes = this.#sealing.hashesOf('PERSON', emailAddress);
    // Of two log-ins at once one sets the subject.
    const bound = await this.#tables
      .updateTable('people')
      .set({ subject: this.#sealing.hashOf('SUBJECT', user.subject) })
      .where('email_hash', 'in', hashes)
      .where('subject', 'is', null)
      .returning(['id'])
      .executeTakeFirst();
    if (bound === undefined) return undefined;
    await this.#keep(bound.id, { emailAddress, ...(name !== undefined && { name }), subject });
    return bound.id;
  }

  /** An organisation in which the person has a role now: one that the person has used before, rather than one that is new. */
  async firstOrganizationOf(personId: string): Promise<string | undefined> {
    const now = this.#now();
    const first = await this.#tables
      .selectFrom('memberships')
      .select('organization')
      .where('person_id', '=', personId)
      .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', now)]))
      .orderBy(HAS_USED, 'desc')
      .orderBy('organization')
      .executeTakeFirst();
    return first?.organization;
  }

  /** Every organisation in which the person has or had a role that was not removed. */
  async organizationsOf(personId: string): Promise<readonly string[]> {
    const rows = await this.#tables
      .selectFrom('memberships')
      .select('organization')
      .where('person_id', '=', personId)
      .execute();
    return rows.map(({ organization }) => organization);
  }

  /** Whether the person uses the portal for an organisation other than this one. */
  async usesAnotherThan(organization: string, personId: string): Promise<boolean> {
    const other = await this.#tables
      .selectFrom('memberships')
      .select('organization')
      .where('person_id', '=', personId)
      .where('organization', '<>', organization)
      .where(HAS_USED)
      .executeTakeFirst();
    return other !== undefined;
  }

  /** The person of this address, if any. */
  async findByAddress(emailAddress: string): Promise<string | undefined> {
    const hashes = this.#sealing.hashesOf('PERSON', emailAddress);
    const query = this.#tables.selectFrom('people').select('id').where('email_hash', 'in', hashes);
    return (await query.executeTakeFirst())?.id;
  }

  async membersOf(organization: string): Promise<readonly Member[]> {
    const rows = await this.#tables
      .selectFrom('memberships')
      .innerJoin('people', 'people.id', 'memberships.person_id')
      .select(['people.id', 'people.sealed', 'people.subject', 'memberships.role', 'memberships.ends_at'])
      .select(isShownTo(organization).as('is_shown'))
      .where('organization', '=', organization)
      .orderBy('people.created_at')
      .execute();
    return rows.map(({ id, sealed, subject, role, ends_at, is_shown }) => ({
      personId: id,
      role,
      ...shown(this.#open(id, sealed), is_shown),
      ...(ends_at !== null && { endsAt: ends_at }),
      isKnown: subject !== null && is_shown,
    }));
  }

  async profileOf(personId: string): Promise<Profile | undefined> {
    const row = await this.#tables
      .selectFrom('people')
      .select('sealed')
      .where('id', '=', personId)
      .executeTakeFirst();
    return row && this.#open(personId, row.sealed);
  }

  /** What account managers of an organisation may know of a person. */
  async profileFor(organization: string, personId: string): Promise<Profile | undefined> {
    const row = await this.#tables
      .selectFrom('people')
      .select(['sealed', isShownTo(organization).as('is_shown')])
      .where('id', '=', personId)
      .executeTakeFirst();
    return row && shown(this.#open(personId, row.sealed), row.is_shown);
  }

  /** Gives a person a role, also one who has none yet. @throws PortalRefusal LAST_MANAGER */
  async setRole(
    organization: string,
    { emailAddress, role, endsAt }: { emailAddress: string; role: Role; endsAt: Date | undefined },
  ): Promise<string> {
    const personId = await this.#personOf(emailAddress);
    const terms = { role, ends_at: endsAt ?? null };
    await this.#tables.transaction().execute(async (tables) => {
      const isLasting = role === 'ACCOUNT_MANAGER' && endsAt === undefined;
      if (!isLasting) await demandAnotherManager(tables, organization, personId);
      await tables
        .insertInto('memberships')
        .values({ person_id: personId, organization, ...terms })
        .onConflict((conflict) => conflict.columns(['person_id', 'organization']).doUpdateSet(terms))
        .execute();
    });
    return personId;
  }

  /** The next log-in is recognised by the email address again, such as after a change of issuer. */
  async forgetSubject(personId: string): Promise<void> {
    const { subject: _, ...profile } = await this.#kept(personId);
    await this.#keep(personId, profile);
  }

  /**
   * Makes the hashes of people anew whose hashes another key has made.
   * @returns the number of people whose hashes could not be made: one does not keep the others from their turn
   */
  async rehash(signal: AbortSignal): Promise<number> {
    const rows = await this.#tables
      .selectFrom('people')
      .select('id')
      .where(sql<boolean>`hash_key is distinct from ${this.#sealing.keyId}`)
      .execute();
    let failed = 0;
    for (const { id } of rows) {
      if (signal.aborted) break;
      await this.#rehash(id).catch(() => {
        failed += 1;
      });
    }
    return failed;
  }

  /** A change at the same time waits for this, or is read by it. */
  async #rehash(id: string): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const row = await tables
        .selectFrom('people')
        .select(['sealed', 'subject'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      const profile = row && openedOrNothing(() => this.#openKept(id, row.sealed));
      if (profile === undefined) return;
      const { subject, ...others } = profile;
      // An operator may have removed the subject.
      const isBound = row?.subject !== null && subject !== undefined;
      await this.#keep(id, { ...others, ...(isBound && { subject }) }, tables);
    });
  }

  /** Ends a role now. @throws PortalRefusal LAST_MANAGER */
  async endRole(organization: string, personId: string): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      await demandAnotherManager(tables, organization, personId);
      await tables
        .deleteFrom('memberships')
        .where('organization', '=', organization)
        .where('person_id', '=', personId)
        .execute();
    });
  }

  async #personOf(emailAddress: string): Promise<string> {
    const known = await this.findByAddress(emailAddress);
    if (known !== undefined) return known;
    const id = randomUUID();
    await this.#tables
      .insertInto('people')
      .values({
        id,
        email_hash: this.#sealing.hashOf('PERSON', emailAddress),
        sealed: this.#seal(id, { emailAddress }),
        subject: null,
        hash_key: this.#sealing.keyId,
        created_at: this.#now(),
      })
      .onConflict((conflict) => conflict.column('email_hash').doNothing())
      .execute();
    return (await this.findByAddress(emailAddress)) ?? id;
  }

  /** Keeps a profile with its hashes, all under the first key. */
  async #keep(personId: string, profile: KeptProfile, tables = this.#tables): Promise<void> {
    const { emailAddress, subject } = profile;
    await tables
      .updateTable('people')
      .set({
        sealed: this.#seal(personId, profile),
        email_hash: this.#sealing.hashOf('PERSON', emailAddress),
        subject: subject === undefined ? null : this.#sealing.hashOf('SUBJECT', subject),
        hash_key: this.#sealing.keyId,
      })
      .where('id', '=', personId)
      .execute();
  }

  async #kept(personId: string): Promise<KeptProfile> {
    const { sealed } = await this.#tables
      .selectFrom('people')
      .select('sealed')
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    return this.#openKept(personId, sealed);
  }

  #seal(personId: string, profile: KeptProfile): Buffer {
    return this.#sealing.sealJson(`people/${personId}`, profile);
  }

  #open(personId: string, sealed: Buffer): Profile {
    const { subject: _, ...profile } = this.#openKept(personId, sealed);
    return profile;
  }

  #openKept(personId: string, sealed: Buffer): KeptProfile {
    return KeptProfile.parse(this.#sealing.openJson(`people/${personId}`, Buffer.from(sealed)));
  }
}

/**
 * Before a role ends or is weakened: an organisation without an account manager whose role lasts could not help itself.
 * Two managers who end each other's role take turns.
 */
async function demandAnotherManager(
  tables: Kysely<Tables>,
  organization: string,
  personId: string,
): Promise<void> {
  const managers = await tables
    .selectFrom('memberships')
    .select('person_id')
    .where('organization', '=', organization)
    .where('role', '=', 'ACCOUNT_MANAGER')
    .where('ends_at', 'is', null)
    .orderBy('person_id')
    .forUpdate()
    .execute();
  const [first] = managers;
  if (managers.length === 1 && first?.person_id === personId) throw new PortalRefusal('LAST_MANAGER');
}

/** A person who is or was in other organisations is shown, apart from the address, after using the portal for this one. */
function isShownTo(organization: string) {
  return sql<boolean>`(
    ${hasUsed('people.id', sql`= ${organization}`)}
    or not exists (select 1 from memberships as elsewhere where elsewhere.person_id = people.id
      and elsewhere.organization <> ${organization})
    and not ${hasUsed('people.id', sql`<> ${organization}`)})`;
}

function shown({ emailAddress, name }: Profile, isShown: boolean): Profile {
  return { emailAddress, ...(isShown && name !== undefined && { name }) };
}

/** @returns undefined for what cannot be decrypted: one row does not keep the others from their turn */
function openedOrNothing<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return undefined;
  }
}
