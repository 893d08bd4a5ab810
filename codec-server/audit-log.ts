import { open } from 'node:fs/promises';
import { InvalidInputError, maskIdentityNumbers } from '@signering/schema';
import type { Caller, Role } from './caller.js';
import { CodecRefusal } from './codec-error.js';

/** One use of the codec server. */
export interface AuditEntry {
  readonly operation: 'decode' | 'encode';
  readonly who: Caller['who'];
  /** The role that the use required. */
  readonly role: Role;
  /** As the caller names it; empty if it names none. */
  readonly namespace: string;
  /** How many payloads. */
  readonly payloads: number;
  /** How many of them stayed encrypted. */
  readonly undecryptable?: number;
}

/** The audit log: one line of JSON for each use. */
export interface AuditLog {
  /** @throws CodecRefusal AUDIT_UNAVAILABLE if the line is not written */
  write(entry: AuditEntry): Promise<void>;
  /** Whether lines can be written now. */
  isReady(): Promise<boolean>;
}

/** In characters. */
const LONGEST_TEXT = 200;

/**
 * Writes to a file, which only this user can read, or to standard output. The file is opened anew for each line, so
 * that it can be rotated by renaming it.
 * @throws INVALID_SETTINGS if the file cannot be opened
 */
export async function openAuditLog(file?: string): Promise<AuditLog> {
  const append = file === undefined ? writeToOutput : (line: string) => appendToFile(file, line);
  try {
    await append('');
  } catch (cause) {
    const message = 'names a file that cannot be written: check its folder and permissions';
    const problem = { path: 'SIGNERING_CODEC_AUDIT_LOG', message };
    throw new InvalidInputError('INVALID_SETTINGS', 'The codec server cannot start', [problem], { cause });
  }
  // After a line that was written in part, the next one must not continue it.
  let torn = false;
  return {
    write: async ({ who, namespace, ...entry }) => {
      const line = JSON.stringify({
        time: new Date().toISOString(),
        ...entry,
        who: shownText(who),
        namespace: shownText(namespace),
      });
      try {
        await append(`${torn ? '\n' : ''}${line}\n`);
        torn = false;
      } catch (cause) {
        torn = true;
        throw new CodecRefusal(
          'AUDIT_UNAVAILABLE',
          'The request was refused, because its line in the audit log could not be written. Ask the operator of the codec server.',
          cause,
        );
      }
    },
    isReady: async () =>
      await append('').then(
        () => true,
        () => false,
      ),
  };
}

/** Logs hold no identity number, also where a claim or header does. */
function shownText(text: string): string {
  return maskIdentityNumbers(text).slice(0, LONGEST_TEXT);
}

async function appendToFile(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.writeFile(line);
  } finally {
    await handle.close();
  }
}

function writeToOutput(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
  });
}
