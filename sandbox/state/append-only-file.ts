import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable-file.js';

const LINE_FEED = 0x0a;

/** A file of lines that only grows. */
export interface AppendOnlyFile {
  /** The lines at the start. */
  readonly lines: readonly string[];
  /** When this resolves, the line survives a crash. Lines are in the order of the calls. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens such a file. Drops a last line that a crash cut off, because its write was not acknowledged. */
export async function openAppendOnlyFile(file: string): Promise<AppendOnlyFile> {
  const handle = await open(file, 'a', 0o600);
  await syncFolder(dirname(file));
  const content = await readFile(file);
  const whole = content.subarray(0, content.lastIndexOf(LINE_FEED) + 1);
  if (whole.length < content.length) await truncate(file, whole.length);
  let last: Promise<void> = Promise.resolve();
  return {
    lines: whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== ''),
    append: async (line) => {
      last = last.then(async () => await appendLine(handle, line));
      await last;
    },
    close: async () => {
      await last.catch(() => undefined);
      await handle.close();
    },
  };
}

async function appendLine(handle: FileHandle, line: string): Promise<void> {
  await handle.appendFile(`${line}\n`);
  await handle.datasync();
}
