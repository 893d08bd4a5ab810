import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import type { PortalDatabase } from '@signering/settings';
import { lockFolder } from './folder-lock.js';
import { migrate } from './migrations.js';
import { countKeyUses } from './reseal.js';
import type { Tables } from './tables.js';

/** The portal's database. */
export interface OpenDatabase {
  readonly tables: Kysely<Tables>;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 10;
const CONNECT_WITHIN_MS = 10_000;
/** A connection on which nothing comes or goes for so long, while a query runs, is broken: TCP notices it after some 15 minutes. */
const LONGEST_SILENCE_MS = 30_000;

/**
 * Opens the database and brings its tables up to date.
 * @throws INVALID_SETTINGS if it cannot be used
 */
export async function openDatabase(database: PortalDatabase): Promise<OpenDatabase> {
  const opened = 'folder' in database ? await openEmbedded(database.folder) : openServer(database.postgresql);
  try {
    if ('folder' in database) await migrate(opened.tables);
    else await migrateServer(database.postgresql);
    return opened;
  } catch (cause) {
    await opened.close();
    throw unusable('cannot be used: check its address, user and permissions', cause);
  }
}

/**
 * How many rows of a portal's PostgreSQL database need a key, by its id. Changes nothing, and decrypts nothing.
 * @throws INVALID_SETTINGS if it cannot be read
 */
export async function countPortalKeyUses(address: string): Promise<ReadonlyMap<string, number>> {
  // Reads every document, and answers at the end.
  const opened = openServer(address, Infinity);
  try {
    return await countKeyUses(opened.tables);
  } catch (cause) {
    throw unusable(
      'cannot be read: check its address, user and permissions, and start the portal once',
      cause,
    );
  } finally {
    await opened.close();
  }
}

/** A migration may take long, and waits for that of another process. */
async function migrateServer(address: string): Promise<void> {
  const opened = openServer(address, Infinity);
  await migrate(opened.tables).finally(() => opened.close());
}

function openServer(connectionString: string, longestSilenceMs = LONGEST_SILENCE_MS): OpenDatabase {
  const pool = new pg.Pool({
    connectionString,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  // An idle connection that breaks is replaced by the next query, which reports what fails.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    // The query that runs, or the next one, reports what fails. Without a listener the process would end.
    client.on('error', () => undefined);
    const stream = client instanceof pg.Client && client.connection.stream;
    if (stream instanceof Socket && Number.isFinite(longestSilenceMs)) {
      const error = Object.assign(new Error('The database does not answer.'), { code: 'ETIMEDOUT' });
      stream.setTimeout(longestSilenceMs, () => stream.destroy(error));
    }
  });
  const tables = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { tables, close: () => tables.destroy() };
}

/** PGlite is loaded on demand, because production does not install it. */
async function openEmbedded(folder: string): Promise<OpenDatabase> {
  const lock = lockFolder(folder);
  try {
    const [{ PGlite }, { PGliteDialect }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('kysely-pglite-dialect'),
    ]);
    const embedded = await PGlite.create(folder);
    const tables = new Kysely<Tables>({ dialect: new PGliteDialect(embedded) });
    return {
      tables,
      close: async () => {
        await tables.destroy();
        if (!embedded.closed) await embedded.close();
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    throw unusable(
      'names a folder that cannot be used, or @electric-sql/pglite and kysely-pglite-dialect are not installed',
      cause,
    );
  }
}

const UNIQUE_VIOLATION = '23505';

/** Another row has what must be unique. Spec: PostgreSQL, appendix A. */
export function isUniqueViolation(error: unknown): boolean {
  return errorCodeOf(error) === UNIQUE_VIOLATION;
}

/** What PostgreSQL, or the way to it, answers with instead of rows. */
export function isDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The embedded database has a class of errors beside that of the driver.
  if (error instanceof pg.DatabaseError || ('severity' in error && 'routine' in error)) return true;
  const isConnection = /^E(?:CONN|PIPE|HOST|NET|AI|TIMEDOUT|NOTFOUND)/u.test(errorCodeOf(error) ?? '');
  // After a connection broke in a transaction, its rollback fails with the last of these.
  const text =
    /^(?:timeout exceeded when trying to connect|Connection terminated|Client (?:has|was) .*not queryable)/u;
  return isConnection || text.test(error.message);
}

function unusable(message: string, cause: unknown): InvalidInputError {
  const problem = { path: 'SIGNERING_PORTAL_DATABASE', message };
  return new InvalidInputError('INVALID_SETTINGS', 'The sender portal cannot start', [problem], { cause });
}
