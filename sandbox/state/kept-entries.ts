import { z, type ZodType } from 'zod';
import { writeDurably } from './durable-file.js';
import { readJsonFile } from './read-json-file.js';
import { Turns } from './turns.js';

/** A durable map in one file of the state folder. */
export interface KeptEntries<Entry> {
  /** Undefined for an unknown key. */
  find(number: string): Entry | undefined;
  /** Runs after all earlier changes, so that no change is lost. Durable when this resolves. */
  set(number: string, entry: Entry): Promise<void>;
}

/**
 * Opens such a file, which may not exist yet.
 * @throws INVALID_SETTINGS if the sandbox has not written it, VERSION_NOT_SUPPORTED if a later version has
 */
export async function openKeptEntries<Entry>(
  file: string,
  shape: ZodType<Entry>,
): Promise<KeptEntries<Entry>> {
  const turns = new Turns();
  let entries = (await readJsonFile(file, z.record(z.string(), shape))) ?? {};
  return {
    find: (number) => entries[number],
    set: async (number, entry) =>
      await turns.take(file, async () => {
        const changed = { ...entries, [number]: entry };
        await writeDurably(file, JSON.stringify(changed));
        entries = changed;
      }),
  };
}
