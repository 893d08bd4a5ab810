import { z } from 'zod';
import { demandVersion } from '@signering/schema';
import { StoredContentDamagedError } from './errors.js';
import type { Receipt } from './receipt.js';

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
  sent: z.array(
    z.looseObject({
      name: z.string().optional(),
      mediaType: z.string(),
      sha256: z.string(),
      size: z.int(),
    }),
  ),
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

/** Parses a receipt. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED */
export function parseReceipt(text: string, folder: string): Receipt {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StoredContentDamagedError(`the receipt in ${folder}`, 'is not valid JSON', error);
  }
  demandVersion(json, { what: `the receipt in ${folder}`, upgrade: 'this client or worker' });
  const parsed = RECEIPT.safeParse(json);
  // Only this program writes receipts and they are never changed, so the unchecked members have their declared types.
  if (parsed.success) return json as Receipt;
  throw new StoredContentDamagedError(`the receipt in ${folder}`, 'is not readable by this version');
}
