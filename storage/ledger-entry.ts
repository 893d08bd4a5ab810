import { z } from 'zod';
import { StoredContentDamagedError } from './errors.js';
import { digestName } from './path-name.js';
import type { LedgerEntry } from './reference-ledger.js';
import { parseStoredJson } from './stored-json.js';

const ENCRYPTED_JSON = z.looseObject({ keyId: z.string(), nonce: z.string(), data: z.string() });

const ERASURE = z.looseObject({
  at: z.string(),
  by: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  duplicates: z.array(z.string()),
  signersCheck: z.string().exactOptional(),
});

// Loose objects: members that a later release adds must survive a write by this one.
const LEDGER_ENTRY = z.looseObject({
  version: z.literal(1),
  revision: z.int().min(1),
  organizationNumber: z.string(),
  reference: z.string(),
  // A later version may write other words for flow and outcomes.
  flow: z.string(),
  pollingQueue: z.string().exactOptional(),
  batch: z.string().exactOptional(),
  contentDigest: z.string().exactOptional(),
  input: ENCRYPTED_JSON.exactOptional(),
  documents: z.array(z.looseObject({ mediaType: z.string(), sha256: z.string(), size: z.int() })),
  claimedAt: z.string(),
  reopenedAt: z.string().exactOptional(),
  attempts: z.array(
    z.looseObject({
      attempt: z.int().min(1),
      startedAt: z.string(),
      outcome: z.string().exactOptional(),
      reason: z.string().exactOptional(),
    }),
  ),
  created: z
    .looseObject({
      signatureJobId: z.string(),
      cancellationUrl: z.string().exactOptional(),
      createdAt: z.string(),
      maskedSigners: z.array(z.string()).exactOptional(),
      statusUrl: z.string().exactOptional(),
      signers: z
        .array(
          z.looseObject({
            signer: z.int().min(1),
            signerUrl: z.string(),
          }),
        )
        .exactOptional(),
      redirectUrls: ENCRYPTED_JSON.exactOptional(),
    })
    .exactOptional(),
  settled: z
    .looseObject({
      outcome: z.string(),
      signatureJobId: z.string().exactOptional(),
      folder: z.string(),
      settledAt: z.string(),
      archivedUntil: z.string().exactOptional(),
      nothingToConfirm: z.literal(true).exactOptional(),
      deleteDocumentsUrl: z.string().exactOptional(),
    })
    .exactOptional(),
  abandoned: z
    .looseObject({ abandonedAt: z.string(), withdrawn: z.literal(true).exactOptional() })
    .exactOptional(),
  confirmedAt: z.string().exactOptional(),
  documentsDeletedAt: z.string().exactOptional(),
  emails: z
    .array(
      z.looseObject({
        email: z.string(),
        claim: z.string().exactOptional(),
        claimedAt: z.string(),
        sentAt: z.string().exactOptional(),
      }),
    )
    .exactOptional(),
  archiveRemoval: z
    .looseObject({
      at: z.string(),
      incomplete: z.literal(true).exactOptional(),
      retainedUntil: z.string().exactOptional(),
    })
    .exactOptional(),
  erasing: ERASURE.exactOptional(),
  erased: ERASURE.exactOptional(),
});

/** Formats a ledger entry as readable JSON. */
export function formatLedgerEntry(entry: LedgerEntry): string {
  return `${JSON.stringify(entry, undefined, 2)}\n`;
}

/**
 * Parses the entry of a reference whose digest is `name`; `what` names it in messages.
 * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED
 */
export function parseEntryNamed(name: string, text: string, what: string): LedgerEntry {
  const entry = parseLedgerEntry(text, what);
  if (digestName(entry.reference) === name) return entry;
  throw new StoredContentDamagedError(what, 'belongs to another reference');
}

/** Parses a ledger entry; `what` names it in messages. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED */
function parseLedgerEntry(text: string, what: string): LedgerEntry {
  return parseStoredJson(text, LEDGER_ENTRY, what);
}
