import type { z } from 'zod';
import { demandVersion } from '@signering/schema';
import { StoredContentDamagedError } from './errors.js';

/**
 * Parses a stored file of this product that has a version; `what` names it in messages, which do not quote it.
 * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED
 */
export function parseStoredJson<Content>(text: string, shape: z.ZodType<Content>, what: string): Content {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StoredContentDamagedError(what, 'is not valid JSON', error);
  }
  demandVersion(json, { what, upgrade: 'this client or worker' });
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.') || 'the root').join(', ');
  throw new StoredContentDamagedError(what, `is not readable by this version (${paths})`, parsed.error);
}
