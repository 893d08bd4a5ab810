import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ledger entries that the campaign has damaged on disk, with what they held. */
export class DamagedEntries {
  readonly #folder: string;
  readonly #damaged = new Map<string, { readonly file: string; readonly content: Buffer }>();
  readonly #repaired = new Set<string>();

  /** @param storageFolder of the storage's files, of a folder or of an S3 server */
  constructor(storageFolder: string, organizationNumber: string) {
    this.#folder = join(storageFolder, 'ledger', organizationNumber, 'references');
  }

  isDamaged(reference: string): boolean {
    return this.#damaged.has(reference);
  }

  /** False for an agreement whose job is not claimed yet. */
  hasEntry(reference: string): boolean {
    return existsSync(this.#folderOf(reference));
  }

  /** An attempt to create its job is under way: the answer would be lost with the entry. */
  isBeingSent(reference: string): boolean {
    const content = readFileSync(this.#newestOf(reference), 'utf8');
    const { attempts } = JSON.parse(content) as {
      readonly attempts: readonly { readonly outcome?: string }[];
    };
    return attempts.length > 0 && attempts.at(-1)?.outcome === undefined;
  }

  /** Tears the newest revision of an entry, unless that was done before. */
  damageOnce(reference: string): void {
    if (this.#damaged.has(reference) || this.#repaired.has(reference)) return;
    const file = this.#newestOf(reference);
    this.#damaged.set(reference, { file, content: readFileSync(file) });
    chmodSync(file, 0o600);
    writeFileSync(file, '{"torn');
  }

  /** Restores the entry, as from a backup. */
  repair(reference: string): void {
    const damaged = this.#damaged.get(reference);
    if (damaged !== undefined) writeFileSync(damaged.file, damaged.content);
    this.#damaged.delete(reference);
    this.#repaired.add(reference);
  }

  #newestOf(reference: string): string {
    const folder = this.#folderOf(reference);
    const newest = Math.max(...readdirSync(folder).map((file) => Number.parseInt(file, 10) || 0));
    return join(folder, `${newest}.json`);
  }

  #folderOf(reference: string): string {
    return join(this.#folder, nameOfEntry(reference));
  }
}

/** What the storage calls the entry of a reference. */
export function nameOfEntry(reference: string): string {
  return createHash('sha256').update(reference).digest('hex');
}
