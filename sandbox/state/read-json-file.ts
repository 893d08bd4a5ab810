import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/**
 * Reads a file of the state folder; undefined if it does not exist.
 * @throws INVALID_SETTINGS if the sandbox has not written it
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
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new InvalidInputError(
      'INVALID_SETTINGS',
      'The sandbox cannot read its state folder',
      [{ path: file, message: 'was not written by the sandbox; restore it, or start with another folder' }],
      { cause },
    );
  }
}
