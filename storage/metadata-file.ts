import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DocumentCheck, JobMetadata } from '@signering/contract';
import type { AuthenticationLevel, SignatureType } from '@signering/schema';
import type { ArchivedJob } from './signed-document-archive.js';
import type { Software } from './software.js';
import { parseStoredJson } from './stored-json.js';

/**
 * `metadata.json`: how the sender describes a job, what it demands of signatures, and who has verified them, for an archive
 * that takes the job over. It may hold personal data, which receipt and ledger must not. Later versions add members.
 */
export interface ArchivedMetadata {
  readonly title: string;
  /** In the order of the request. */
  readonly documents: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly title: string;
    /** Part and conformance level of PDF/A that the document claims, such as `2B`. */
    readonly pdfaLevel?: string;
  }[];
  /** In the order of the request. */
  readonly signers: readonly {
    /** Counts from 1. */
    readonly signer: number;
    /** Absent: the service's default for the sender's sector. */
    readonly signatureType?: SignatureType;
  }[];
  /** The security level with which signers log in to sign. Absent: the service's default. */
  readonly requiredAuthentication?: AuthenticationLevel;
  /** Absent where nothing was signed. */
  readonly verification?: SignatureVerification;
  /** The sender's own; empty: none. */
  readonly metadata: JobMetadata;
}

/** Who verified the signed documents, when, and with what result. */
export interface SignatureVerification {
  /** ISO 8601, UTC with milliseconds. */
  readonly verifiedAt: string;
  readonly verifiedBy: Software;
  readonly documents: readonly {
    readonly name: string;
    readonly sha256: string;
    /** As in the receipt, which has the reasons. */
    readonly result: DocumentCheck['result'];
    readonly pdfaLevel?: string;
  }[];
}

/** The file's name in the archive folder of a job. */
export const METADATA_FILE = 'metadata.json';

const METADATA = z.looseObject({
  version: z.literal(1),
  title: z.string(),
  documents: z.array(
    z.looseObject({
      name: z.string(),
      sha256: z.string(),
      title: z.string(),
      pdfaLevel: z.string().optional(),
    }),
  ),
  signers: z.array(z.looseObject({ signer: z.int(), signatureType: z.string().optional() })),
  requiredAuthentication: z.int().optional(),
  verification: z
    .looseObject({
      verifiedAt: z.string(),
      verifiedBy: z.looseObject({ name: z.string(), version: z.string() }),
      documents: z.array(
        z.looseObject({
          name: z.string(),
          sha256: z.string(),
          result: z.string(),
          pdfaLevel: z.string().optional(),
        }),
      ),
    })
    .optional(),
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
  const file = parseStoredJson(text, METADATA, `${METADATA_FILE} in ${folder}`);
  const { title, documents, signers, requiredAuthentication, verification, metadata } =
    file as unknown as ArchivedMetadata;
  return {
    ...{ title, documents, signers },
    ...(requiredAuthentication !== undefined && { requiredAuthentication }),
    ...(verification !== undefined && { verification }),
    metadata,
  };
}

/**
 * Whether two files describe the same job: a retry or another release verifies again, a later one adds members, and the
 * first file stands.
 */
export function describeSameJob(one: ArchivedMetadata, other: ArchivedMetadata): boolean {
  return isDeepStrictEqual(describedBySender(one), describedBySender(other));
}

function describedBySender({
  title,
  documents,
  signers,
  requiredAuthentication,
  metadata,
}: ArchivedMetadata) {
  return {
    ...{ title, requiredAuthentication, metadata },
    documents: documents.map(({ name, sha256, title: documentTitle }) => [name, sha256, documentTitle]),
    signers: signers.map(({ signer, signatureType }) => [signer, signatureType]),
  };
}
