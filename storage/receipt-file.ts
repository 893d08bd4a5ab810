import { z } from 'zod';
import type { Erasure } from './job-erasure.js';
import type { Receipt } from './receipt.js';
import { parseStoredJson } from './stored-json.js';

/** The members that identify a receipt. */
const RECEIPT = z.looseObject({
  version: z.literal(1),
  flow: z.string(),
  organizationNumber: z.string(),
  reference: z.string(),
  signatureJobId: z.string(),
  // A later version may write other words for flow and outcome.
  outcome: z.string(),
  signers: z.array(z.looseObject({ signer: z.int(), status: z.string() })),
  contentDigest: z.string(),
  sent: z.array(z.looseObject({ mediaType: z.string(), sha256: z.string(), size: z.int() })),
  received: z.array(z.looseObject({ name: z.string(), sha256: z.string(), size: z.int() })),
  startedAt: z.string(),
  createdAt: z.string(),
  archivedAt: z.string(),
  metadataFile: z.looseObject({ name: z.string(), sha256: z.string(), size: z.int() }).optional(),
  software: z.looseObject({ name: z.string(), version: z.string() }),
});

/** Formats a receipt as readable JSON. */
export function formatReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt, undefined, 2)}\n`;
}

/** Formats what stays of the receipt of an erased job: no identity, no file name, no digest of content, no decision. */
export function formatErasedReceipt(receipt: Receipt, { at, by, reason }: Erasure): string {
  const { version, flow, organizationNumber, reference, signatureJobId, outcome } = receipt;
  const { startedAt, createdAt, archivedAt, software } = receipt;
  const kept = {
    ...{ version, flow, organizationNumber, reference, signatureJobId, outcome },
    signers: receipt.signers.map(({ signer, status, since }) => ({ signer, status, since })),
    sent: receipt.sent.map(({ mediaType, size }) => ({ mediaType, size })),
    received: receipt.received.map(({ name, size }) => ({ name, size })),
    ...{ startedAt, createdAt, archivedAt, software },
    erased: { at, by, reason },
  };
  return `${JSON.stringify(kept, undefined, 2)}\n`;
}

/** Parses a receipt. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED */
export function parseReceipt(text: string, folder: string): Receipt {
  // Only this program writes receipts and they are never changed, so the unchecked members have their declared types.
  return parseStoredJson(text, RECEIPT, `the receipt in ${folder}`) as unknown as Receipt;
}
