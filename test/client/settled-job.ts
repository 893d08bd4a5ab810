import { openFileStorage } from '@signering/storage';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';

/** Which job to settle. */
export interface JobToSettle {
  /** The root folder of the storage. */
  readonly storage: string;
  readonly organizationNumber: string;
  readonly reference: string;
}

/** Writes what a worker leaves in storage of a claimed job that all signers signed: receipt and settled entry. */
export async function settleJob({ storage, organizationNumber, reference }: JobToSettle): Promise<void> {
  const { ledger, archive } = await openFileStorage({ root: storage });
  const entry = await ledger.find({ organizationNumber, reference });
  if (entry === undefined) throw new Error(`Nothing has claimed the reference "${reference}".`);
  const created = { signatureJobId: '42', createdAt: '2026-03-01T10:00:00.000Z' };
  const job = { organizationNumber, reference, ...created };
  await archive.putReceipt(job, { ...RECEIPT_FACTS, ...job });
  await ledger.advance(entry, {
    created,
    settled: { outcome: 'SIGNED', folder: archive.folderOf(job), settledAt: created.createdAt },
  });
}
