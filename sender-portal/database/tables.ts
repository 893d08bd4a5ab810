import type { ColumnType, Generated, Selectable } from 'kysely';

/** A moment: PostgreSQL returns a `Date`, and takes one. */
type Moment = ColumnType<Date, Date, Date>;

/** A person who may log in. */
export interface PersonTable {
  readonly id: string;
  /** Keyed hash of the email address, by which the first log-in is recognised. */
  readonly email_hash: string;
  /** `{ name?, emailAddress, subject? }`, encrypted. */
  readonly sealed: Buffer;
  /** Keyed hash of issuer and subject of the log-in; null before the first one. */
  readonly subject: string | null;
  /** The id of the key of both hashes. */
  readonly hash_key: string | null;
  readonly created_at: Moment;
}

/** What a person may do in an organisation. */
export interface MembershipTable {
  readonly person_id: string;
  readonly organization: string;
  readonly role: 'ACCOUNT_MANAGER' | 'DOCUMENT_PROCESSOR';
  /** The role ends at this moment; null: it does not end. */
  readonly ends_at: ColumnType<Date | null, Date | null, Date | null>;
}

/** A log-in that has begun at the issuer. */
export interface LoginTable {
  /** Hash of the cookie that binds it to a browser. */
  readonly id_hash: string;
  readonly state: string;
  readonly nonce: string;
  readonly code_verifier: string;
  readonly return_to: string;
  readonly expires_at: Moment;
}

/** A browser in which a person is logged in. */
export interface SessionTable {
  /** Hash of the cookie: a copy of the table opens no session. */
  readonly id_hash: string;
  readonly person_id: string;
  readonly organization: string;
  /** Every form of the session sends it. */
  readonly form_token: string;
  readonly last_used_at: Moment;
  readonly expires_at: Moment;
}

/** Where a job stands in the portal: being written, being handed to the client, handed over. BATCH: the template of a batch. */
export type Stage = 'DRAFT' | 'SENDING' | 'SENT' | 'BATCH';
/** The overview that a sent job is in. */
export type Overview = 'WAITING' | 'STOPPED' | 'SIGNED';

/** A job, from its draft on. */
export interface JobTable {
  readonly id: string;
  readonly organization: string;
  readonly person_id: string;
  /** Fixed for the job; the client recognises a repeated send by it. */
  readonly reference: string;
  readonly stage: Stage;
  /** What the person wrote, encrypted. */
  readonly sealed: Buffer;
  readonly created_at: Moment;
  readonly changed_at: Moment;
  readonly sent_at: ColumnType<Date | null, Date | null, Date | null>;
  readonly overview: ColumnType<Overview | null, Overview | null, Overview | null>;
  /** State, outcome and signers at `checked_at`, as the client described them, without personal data. */
  readonly described: ColumnType<string | null, string | null, string | null>;
  readonly deadline: ColumnType<Date | null, Date | null, Date | null>;
  readonly ended_at: ColumnType<Date | null, Date | null, Date | null>;
  /** When the client was last asked for the state, or while the job is being sent, when that was last tried. */
  readonly checked_at: ColumnType<Date | null, Date | null, Date | null>;
  /** The state could not be fetched at `checked_at`. */
  readonly state_is_old: Generated<boolean>;
  /** The stopped job that this one replaces. */
  readonly replaces: string | null;
  /** Counts the changes of a draft: a form of an earlier version does not overwrite a later one. */
  readonly version: Generated<number>;
  /** The code with which the last send was refused. */
  readonly refusal: ColumnType<string | null, string | null | undefined, string | null>;
  /** Who pressed *Send*. */
  readonly sent_by: ColumnType<string | null, string | null | undefined, string | null>;
  /** Of the emails about the job: that of the pages when it was sent. */
  readonly language: ColumnType<string | null, string | null | undefined, string | null>;
  /** When something that pages show was changed last; a trigger writes it. */
  readonly updated_at: ColumnType<Date, never, never>;
}

/** A job that was deleted; a trigger writes it, and removes those of more than an hour ago. */
export type DeletedJobTable = Pick<JobTable, 'id' | 'organization' | 'person_id' | 'updated_at'>;

/** A document of a draft, or of a job that may be sent again. */
export interface DocumentTable {
  readonly id: string;
  readonly job_id: string;
  readonly position: number;
  /** Name, title, and what was found in it, encrypted. */
  readonly sealed: Buffer;
  /** The bytes, encrypted. */
  readonly content: Buffer;
  readonly size: number;
}

/** Keyed hashes by which a job is found. */
export interface SearchTermTable {
  readonly job_id: string;
  readonly hash: string;
  /** The id of the hash's key. */
  readonly hash_key: string | null;
}

/** A batch: a table whose rows fill a draft. */
export interface BatchTable {
  readonly id: string;
  readonly organization: string;
  readonly person_id: string;
  /** Fixed for the batch; the client recognises a repeated send by it. */
  readonly reference: string;
  /** The job that is the template: a draft until the batch is sent. */
  readonly template_id: string;
  /** Its table is being checked, was checked, is being handed to the client, was handed over. */
  readonly stage: 'CHECKING' | 'CHECKED' | 'SENDING' | 'SENT';
  /** Counts the checks: what was seen of one check does not send another table. */
  readonly round: Generated<number>;
  /** Of the check, without those that failed for reasons outside the table. */
  readonly attempts: Generated<number>;
  /** The version of the draft that was checked. */
  readonly template_version: ColumnType<number | null, number | null | undefined, number | null>;
  /** Title and name of the file, encrypted. */
  readonly sealed: Buffer;
  /** The table, encrypted, until it was sent. */
  readonly content: Buffer | null;
  /** What the check, or once it was sent the hand-over, has found, encrypted. */
  readonly found: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  /** Rows with mistakes are left out. */
  readonly skips_wrong: Generated<boolean>;
  readonly sent_by: ColumnType<string | null, string | null | undefined, string | null>;
  /** That of the pages when the table was uploaded, for its columns; once it was sent, then, for the email about its end. */
  readonly language: ColumnType<string | null, string | null | undefined, string | null>;
  readonly created_at: Moment;
  readonly changed_at: Moment;
  readonly sent_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** When a process last worked on it, or when its progress was last read. */
  readonly checked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** How far it was then, as the client described it, without personal data. */
  readonly described: ColumnType<string | null, string | null | undefined, string | null>;
  readonly ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** The code with which the last send was refused. */
  readonly refusal: ColumnType<string | null, string | null | undefined, string | null>;
}

/** Who did or saw what. */
export interface AuditTable {
  readonly id: Generated<string>;
  readonly at: Moment;
  readonly person_id: string | null;
  readonly organization: string | null;
  readonly action: string;
  readonly job_id: string | null;
  /** Without personal data. */
  readonly detail: string | null;
}

/** The tables of the portal. */
export interface Tables {
  readonly people: PersonTable;
  readonly memberships: MembershipTable;
  readonly logins: LoginTable;
  readonly sessions: SessionTable;
  readonly jobs: JobTable;
  readonly deleted_jobs: DeletedJobTable;
  readonly documents: DocumentTable;
  readonly search_terms: SearchTermTable;
  readonly batches: BatchTable;
  readonly audit: AuditTable;
}

export type JobRow = Selectable<JobTable>;
export type BatchRow = Selectable<BatchTable>;
