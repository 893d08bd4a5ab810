import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { Tables } from './tables.js';

// A migration that was released is never changed: add another one.
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of FIRST_TABLES) await sql.raw(statement).execute(database);
    },
  },
  '0002-versions-of-drafts': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of VERSIONS_OF_DRAFTS) await sql.raw(statement).execute(database);
    },
  },
  '0003-changes-of-jobs': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of CHANGES_OF_JOBS) await sql.raw(statement).execute(database);
    },
  },
  '0010-batches-and-keys-of-hashes': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of BATCHES) await sql.raw(statement).execute(database);
    },
  },
  '0011-attempts-of-batches': {
    up: async (database: Kysely<unknown>) => {
      await sql`alter table batches add column attempts integer not null default 0`.execute(database);
    },
  },
  '0012-changes-without-encryption': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of CHANGES_WITHOUT_ENCRYPTION) await sql.raw(statement).execute(database);
    },
  },
  '0013-states-that-are-old': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of STATES_THAT_ARE_OLD) await sql.raw(statement).execute(database);
    },
  },
  '0014-language-of-batches': {
    up: async (database: Kysely<unknown>) => {
      await sql`alter table batches add column language text`.execute(database);
    },
  },
  '0015-people-in-the-audit-log': {
    up: async (database: Kysely<unknown>) => {
      await sql`create index audit_of_person on audit (person_id, organization)`.execute(database);
    },
  },
  '0016-deletions-of-jobs': {
    up: async (database: Kysely<unknown>) => {
      for (const statement of DELETIONS_OF_JOBS) await sql.raw(statement).execute(database);
    },
  },
};

const FIRST_TABLES = [
  `create table people (
    id uuid primary key, email_hash text not null unique, sealed bytea not null, subject text unique,
    created_at timestamptz not null)`,
  `create table memberships (
    person_id uuid not null references people on delete cascade, organization text not null, role text not null,
    ends_at timestamptz, primary key (person_id, organization))`,
  `create table logins (
    id_hash text primary key, state text not null, nonce text not null, code_verifier text not null,
    return_to text not null, expires_at timestamptz not null)`,
  `create table sessions (
    id_hash text primary key, person_id uuid not null references people on delete cascade, organization text not null,
    form_token text not null, last_used_at timestamptz not null, expires_at timestamptz not null)`,
  `create table jobs (
    id uuid primary key, organization text not null, person_id uuid not null references people, reference text not null,
    stage text not null, sealed bytea not null, created_at timestamptz not null, changed_at timestamptz not null,
    sent_at timestamptz, overview text, described text, deadline timestamptz, ended_at timestamptz,
    checked_at timestamptz, replaces uuid unique references jobs, unique (organization, reference))`,
  `create index jobs_of_overview on jobs (organization, overview, sent_at desc)`,
  `create index jobs_of_person on jobs (organization, person_id, overview, sent_at desc)`,
  `create index jobs_to_check on jobs (overview, checked_at)`,
  `create table documents (
    id uuid primary key, job_id uuid not null references jobs on delete cascade, position integer not null,
    sealed bytea not null, content bytea not null, size integer not null)`,
  `create index documents_of_job on documents (job_id, position)`,
  `create table search_terms (
    job_id uuid not null references jobs on delete cascade, hash text not null, primary key (job_id, hash))`,
  `create index search_terms_by_hash on search_terms (hash)`,
  `create table audit (
    id bigint generated always as identity primary key, at timestamptz not null, person_id uuid, organization text,
    action text not null, job_id uuid, detail text)`,
  `create index audit_of_organization on audit (organization, id desc)`,
];

const VERSIONS_OF_DRAFTS = [
  `alter table jobs add column version integer not null default 1, add column refusal text, add column sent_by uuid`,
  // Subjects stood in clear. The next log-in stores a keyed hash.
  `update people set subject = null`,
];

const CHANGES_OF_JOBS = [
  `alter table jobs add column language text, add column updated_at timestamptz not null default clock_timestamp()`,
  `create index jobs_by_update on jobs (updated_at)`,
  // Not for `checked_at`, which is written every few seconds.
  `create function note_update_of_job() returns trigger language plpgsql as $$
    begin new.updated_at := clock_timestamp(); return new; end $$`,
  `create trigger note_update before update on jobs for each row
    when ((old.stage, old.version, old.sealed, old.overview, old.described, old.deadline, old.ended_at, old.refusal)
      is distinct from
      (new.stage, new.version, new.sealed, new.overview, new.described, new.deadline, new.ended_at, new.refusal))
    execute function note_update_of_job()`,
];

const CHANGES_WITHOUT_ENCRYPTION = [
  // Encryption under another key changes nothing that pages show. What a person writes has a new version.
  `drop trigger note_update on jobs`,
  `create trigger note_update before update on jobs for each row
    when ((old.stage, old.version, old.overview, old.described, old.deadline, old.ended_at, old.refusal)
      is distinct from
      (new.stage, new.version, new.overview, new.described, new.deadline, new.ended_at, new.refusal))
    execute function note_update_of_job()`,
];

const STATES_THAT_ARE_OLD = [
  `alter table jobs add column state_is_old boolean not null default false`,
  `drop trigger note_update on jobs`,
  `create trigger note_update before update on jobs for each row
    when ((old.stage, old.version, old.overview, old.described, old.deadline, old.ended_at, old.refusal, old.state_is_old)
      is distinct from
      (new.stage, new.version, new.overview, new.described, new.deadline, new.ended_at, new.refusal, new.state_is_old))
    execute function note_update_of_job()`,
];

const DELETIONS_OF_JOBS = [
  // Open pages are updated after a deletion too.
  `create table deleted_jobs (
    id uuid primary key, organization text not null, person_id uuid not null, updated_at timestamptz not null)`,
  `create function note_deletion_of_job() returns trigger language plpgsql as $$
    begin
      delete from deleted_jobs where updated_at < clock_timestamp() - interval '1 hour';
      insert into deleted_jobs values (old.id, old.organization, old.person_id, clock_timestamp());
      return null;
    end $$`,
  `create trigger note_deletion after delete on jobs for each row execute function note_deletion_of_job()`,
];

const BATCHES = [
  `create table batches (
    id uuid primary key, organization text not null, person_id uuid not null references people, reference text not null,
    template_id uuid not null references jobs on delete cascade, stage text not null, round integer not null default 1,
    template_version integer, sealed bytea not null, content bytea, found bytea,
    skips_wrong boolean not null default false, sent_by uuid, created_at timestamptz not null,
    changed_at timestamptz not null, sent_at timestamptz, checked_at timestamptz, described text, ended_at timestamptz,
    refusal text, unique (organization, reference))`,
  `create index batches_of_organization on batches (organization, created_at desc)`,
  `create index batches_of_template on batches (template_id)`,
  `alter table search_terms add column hash_key text`,
  // Subjects were kept as hashes alone, which cannot be made again under another key. The next log-in stores both.
  `alter table people add column hash_key text`,
  `update people set subject = null`,
  // Each list reads its rows in their order from an index.
  `create index jobs_of_drafts on jobs (organization, changed_at desc) where stage in ('DRAFT', 'SENDING')`,
  `create index jobs_by_sent_at on jobs (organization, sent_at desc) where stage = 'SENT'`,
  `create index jobs_in_sending on jobs (checked_at) where stage = 'SENDING'`,
  `drop index jobs_to_check`,
  `create index jobs_to_check on jobs ((ended_at is not null), checked_at nulls first) where stage = 'SENT'`,
];

/** Brings the tables to the form that this version needs. Several portals may start at once. */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('A migration failed.', { cause: error });
}
