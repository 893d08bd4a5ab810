import { sql, type Kysely } from 'kysely';
import { SigningError } from '@signering/schema';
import { KEY_ID_AT, type Sealing } from './sealing.js';
import type { Tables } from './tables.js';

/** A column with encrypted content. */
interface SealedColumn {
  readonly table: keyof Tables;
  readonly column: string;
  /** What its content is bound to. */
  readonly place: (id: string) => string;
}

/** Every encrypted column of the database. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'people', column: 'sealed', place: (id) => `people/${id}` },
  { table: 'jobs', column: 'sealed', place: (id) => `jobs/${id}` },
  { table: 'documents', column: 'sealed', place: (id) => `documents/${id}/facts` },
  { table: 'documents', column: 'content', place: (id) => `documents/${id}` },
  { table: 'batches', column: 'sealed', place: (id) => `batches/${id}` },
  { table: 'batches', column: 'content', place: (id) => `batches/${id}/table` },
  { table: 'batches', column: 'found', place: (id) => `batches/${id}/found` },
];

/** Documents may have 10 MB each. */
const AT_ONCE = 5;

/** What {@link resealAll} has done. */
export interface ResealedRows {
  readonly resealed: number;
  /** Rows that cannot be opened: they stay as they are. */
  readonly unreadable: number;
}

/** Encrypts under the first key what another key encrypts. Safe beside other processes, and to repeat. */
export async function resealAll(
  tables: Kysely<Tables>,
  sealing: Sealing,
  signal: AbortSignal,
): Promise<ResealedRows> {
  let [resealed, unreadable] = [0, 0];
  for (const column of SEALED_COLUMNS) {
    for await (const row of rowsOfOtherKeys(tables, sealing, column)) {
      if (signal.aborted) return { resealed, unreadable };
      if (await resealRow(tables, sealing, { ...column, ...row })) resealed += 1;
      else unreadable += 1;
    }
  }
  return { resealed, unreadable };
}

interface SealedRow {
  readonly id: string;
  readonly sealed: Buffer;
}

async function* rowsOfOtherKeys(
  tables: Kysely<Tables>,
  { start }: Sealing,
  { table, column }: SealedColumn,
): AsyncGenerator<SealedRow> {
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await sql<SealedRow>`
      select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where id > ${last} and ${sql.ref(column)} is not null
        and substring(${sql.ref(column)} from 1 for ${sql.lit(start.length)}) <> ${start}
      order by id limit ${sql.lit(AT_ONCE)}`.execute(tables);
    yield* rows;
    const id = rows.at(-1)?.id;
    if (id === undefined) return;
    last = id;
  }
}

async function resealRow(
  tables: Kysely<Tables>,
  sealing: Sealing,
  { table, column, place, id, sealed }: SealedColumn & SealedRow,
): Promise<boolean> {
  let content: Buffer;
  try {
    content = sealing.open(place(id), Buffer.from(sealed));
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return false;
  }
  // What was changed meanwhile has the first key already.
  await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${sealing.seal(place(id), content)}
    where id = ${id} and ${sql.ref(column)} = ${Buffer.from(sealed)}`.execute(tables);
  return true;
}

/** How many rows of a portal's database need a key, by its id. */
export async function countKeyUses(tables: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>();
  const add = (keyId: string, count: number) => uses.set(keyId, (uses.get(keyId) ?? 0) + count);
  for (const { table, column } of SEALED_COLUMNS) {
    const { rows } = await sql<{ key_id: string; uses: string }>`
      select encode(substring(sealed from ${sql.lit(KEY_ID_AT + 1)} for get_byte(sealed, ${sql.lit(KEY_ID_AT - 1)})), 'escape')
        as key_id, count(*) as uses
      from (select ${sql.ref(column)} as sealed from ${sql.table(table)}) as one
      where length(sealed) > ${sql.lit(KEY_ID_AT)} group by 1`.execute(tables);
    for (const { key_id: keyId, uses: count } of rows) add(keyId, Number(count));
  }
  for (const table of ['people', 'search_terms'] as const) {
    const { rows } = await sql<{ key_id: string; uses: string }>`
      select hash_key as key_id, count(*) as uses from ${sql.table(table)}
      where hash_key is not null group by 1`.execute(tables);
    for (const { key_id: keyId, uses: count } of rows) add(keyId, Number(count));
  }
  return uses;
}
