import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Selectable } from 'kysely';
import { SigningError } from '@signering/client';
import type { Sealing } from '../database/sealing.js';
import type { DocumentTable, Tables } from '../database/tables.js';
import { parseDocumentFacts, type DocumentFacts } from '../drafts/draft-content.js';

/** A document of a job. */
export interface PortalDocument extends DocumentFacts {
  readonly id: string;
  readonly size: number;
}

/** The documents of drafts, and of jobs that may be sent again. Bytes and names are encrypted. */
export class DocumentStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
  }

  /** What is known of a job's documents, in their order. */
  async list(jobId: string): Promise<readonly PortalDocument[]> {
    const rows = await this.#tables
      .selectFrom('documents')
      .select(['id', 'job_id', 'position', 'sealed', 'size'])
      .where('job_id', '=', jobId)
      .orderBy('position')
      .execute();
    return rows.map((row) => ({ ...this.#factsOf(row), id: row.id, size: row.size }));
  }

  /** The titles of an organisation's documents with these ids, as far as they still exist and can be read. */
  async titlesOf(organization: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#tables
      .selectFrom('documents')
      .innerJoin('jobs', 'jobs.id', 'documents.job_id')
      .select(['documents.id', 'documents.sealed'])
      .where('jobs.organization', '=', organization)
      .where('documents.id', 'in', ids)
      .execute();
    const titles = new Map<string, string>();
    for (const row of rows) {
      try {
        titles.set(row.id, this.#factsOf(row).title);
      } catch (error) {
        if (!(error instanceof SigningError)) throw error;
      }
    }
    return titles;
  }

  /** The bytes of one of a job's documents. @param document of {@link DocumentStore.list} */
  async content({ id }: Pick<PortalDocument, 'id'>): Promise<Buffer | undefined> {
    const row = await this.#tables
      .selectFrom('documents')
      .select('content')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && this.#sealing.open(`documents/${id}`, Buffer.from(row.content));
  }

  /** The documents with their bytes, in their order. */
  async contents(jobId: string): Promise<readonly { title: string; content: Buffer }[]> {
    return (await this.#rows(jobId, this.#tables)).map((row) => {
      const { title } = this.#factsOf(row);
      const content = this.#sealing.open(`documents/${row.id}`, Buffer.from(row.content));
      return { title, content };
    });
  }

  /** Adds a document to a draft. @returns its id; undefined once the job is being sent */
  async add(jobId: string, facts: DocumentFacts, content: Uint8Array): Promise<string | undefined> {
    const id = randomUUID();
    const isAdded = await this.#inDraft(jobId, async (tables) => {
      const last = await tables
        .selectFrom('documents')
        .select(sql<number>`coalesce(max(position), 0)`.as('position'))
        .where('job_id', '=', jobId)
        .executeTakeFirst();
      const position = (last?.position ?? 0) + 1;
      await this.#insert(tables, { id, jobId, position, facts, content });
    });
    return isAdded ? id : undefined;
  }

  /** Gives a document of a draft another title. */
  async rename(jobId: string, document: PortalDocument, title: string): Promise<boolean> {
    const { id, size: _size, ...facts } = document;
    return await this.#inDraft(jobId, async (tables) => {
      await tables
        .updateTable('documents')
        .set({ sealed: this.#sealing.sealJson(`documents/${id}/facts`, { ...facts, title }) })
        .where('id', '=', id)
        .execute();
    });
  }

  /** @returns whether the draft had the document, and has it no longer */
  async remove(jobId: string, { id }: Pick<PortalDocument, 'id'>): Promise<boolean> {
    let removed = 0n;
    await this.#inDraft(jobId, async (tables) => {
      const deleting = tables.deleteFrom('documents').where('job_id', '=', jobId).where('id', '=', id);
      removed = (await deleting.executeTakeFirst()).numDeletedRows;
    });
    return removed > 0n;
  }

  /** Copies the documents of a job to a new draft. */
  async copy(tables: Kysely<Tables>, fromId: string, toId: string): Promise<void> {
    for (const row of await this.#rows(fromId, tables)) {
      const content = this.#sealing.open(`documents/${row.id}`, Buffer.from(row.content));
      const facts = this.#factsOf(row);
      await this.#insert(tables, { id: randomUUID(), jobId: toId, position: row.position, facts, content });
    }
  }

  /** Changes a draft's documents while it is one. */
  async #inDraft(jobId: string, change: (tables: Kysely<Tables>) => Promise<void>): Promise<boolean> {
    return await this.#tables.transaction().execute(async (tables) => {
      const draft = await tables
        .updateTable('jobs')
        .set({ changed_at: this.#now(), version: sql<number>`version + 1` })
        .where('id', '=', jobId)
        .where('stage', '=', 'DRAFT')
        .returning('id')
        .executeTakeFirst();
      if (draft === undefined) return false;
      await change(tables);
      return true;
    });
  }

  async #rows(jobId: string, tables: Kysely<Tables>): Promise<readonly Selectable<DocumentTable>[]> {
    return await tables
      .selectFrom('documents')
      .selectAll()
      .where('job_id', '=', jobId)
      .orderBy('position')
      .execute();
  }

  async #insert(tables: Kysely<Tables>, { id, jobId, position, facts, content }: NewDocument): Promise<void> {
    await tables
      .insertInto('documents')
      .values({
        id,
        job_id: jobId,
        position,
        sealed: this.#sealing.sealJson(`documents/${id}/facts`, facts),
        content: this.#sealing.seal(`documents/${id}`, content),
        size: content.byteLength,
      })
      .execute();
  }

  #factsOf({ id, sealed }: Pick<Selectable<DocumentTable>, 'id' | 'sealed'>): DocumentFacts {
    return parseDocumentFacts(this.#sealing.openJson(`documents/${id}/facts`, Buffer.from(sealed)));
  }
}

interface NewDocument {
  readonly id: string;
  readonly jobId: string;
  readonly position: number;
  readonly facts: DocumentFacts;
  readonly content: Uint8Array;
}
