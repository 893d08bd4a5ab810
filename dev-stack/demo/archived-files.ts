import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListedFile } from '@signering/cli';

/** The files in a job's archive folder, read from the disk instead of from the workflow's result. */
export function listArchivedFiles(folder: string): readonly ListedFile[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const content = readFileSync(join(folder, name));
      return { name, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    });
}
