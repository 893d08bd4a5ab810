import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { demandVersion, errorCodeOf, InvalidInputError, VersionNotSupportedError } from '@signering/schema';

/**
 * Reads a file of the state folder; undefined if it does not exist.
 * @throws INVALID_SETTINGS if the sandbox has not written it, VERSION_NOT_SUPPORTED if a later version has
 */
export async function readJsonFile<Content>(
  file: string,
  shape: ZodType<Content>,
): Promise<Content | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return shape.parse(readVersioned(text, file));
  } catch (cause) {
    if (cause instanceof VersionNotSupportedError) throw cause;
    throw new InvalidInputError(
      'INVALID_SETTINGS',
      'The sandbox cannot read its state folder',
      [{ path: file, message: 'was not written by the sandbox; restore it, or start with another folder' }],
      { cause },
    );
  }
}

/** Parses the text of a file in the state folder. @throws VERSION_NOT_SUPPORTED */
export function readVersioned(text: string, file: string): unknown {
  const content: unknown = JSON.parse(text);
  demandVersion(content, {
    what: file,
    upgrade: 'the sandbox, or start it with another state folder',
  });
  return content;
}
