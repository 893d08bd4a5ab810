import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { JobMetadata } from '@signering/contract';
import { demandVersion } from '@signering/schema';
import { StoredContentDamagedError } from './errors.js';
import type { ArchivedJob } from './signed-document-archive.js';

/**
 * `metadata.json`: how the sender describes a job. It may hold personal data, which receipt and ledger must not. Later
 * versions add members.
 */
export interface ArchivedMetadata {
  readonly title: string;
  /** In the order of the request. */
  readonly documents: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly title: string;
  }[];
  /** The sender's own; empty: none. */
  readonly metadata: JobMetadata;
}

/** The file's name in the archive folder of a job. */
export const METADATA_FILE = 'metadata.json';

const METADATA = z.looseObject({
  version: z.literal(1),
  title: z.string(),
  documents: z.array(z.object({ name: z.string(), sha256: z.string(), title: z.string() })),
  metadata: z.record(z.string(), z.string()),
});

/**
 * Formats the file as readable JSON. The random `salt` keeps the digest in the receipt from confirming a guess of short
 * texts after the file was erased.
 */
export function formatMetadata(
  { organizationNumber, reference, signatureJobId }: ArchivedJob,
  metadata: ArchivedMetadata,
): string {
  const salt = randomBytes(32).toString('base64');
  const file = { version: 1, salt, organizationNumber, reference, signatureJobId, ...metadata };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Parses the file. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED */
export function parseMetadata(text: string, folder: string): ArchivedMetadata {
  const what = `${METADATA_FILE} in ${folder}`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StoredContentDamagedError(what, 'is not valid JSON', error);
  }
  demandVersion(json, { what, upgrade: 'this client or worker' });
  const parsed = METADATA.safeParse(json);
  if (!parsed.success) throw new StoredContentDamagedError(what, 'is not readable by this version');
  const { title, documents, metadata } = parsed.data;
  return { title, documents, metadata };
}
