import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ZipArchive } from 'archiver';
import { SigningError, type EndedJob, type SignedDocumentStream, type Signing } from '@signering/client';

/** What the ZIP begins with, and how the rest is opened. */
interface OpenedZip {
  /** Absent where the documents were removed. */
  readonly first?: SignedDocumentStream;
  readonly others: readonly (() => Promise<SignedDocumentStream | undefined>)[];
  readonly receipt: { readonly name: string; readonly content: Buffer };
}

/** Opens the first document, and reads the receipt. Documents that were removed are left out. */
export async function openZip(about: {
  readonly client: Signing;
  readonly description: EndedJob;
  readonly signal: AbortSignal;
}): Promise<OpenedZip> {
  const { client, description, signal } = about;
  const { reference, archive } = description;
  const removed = description.documentsRemovedAt !== undefined;
  const [open, ...others] = (removed ? [] : archive.documents).map(
    ({ name }) =>
      async () =>
        await client.signedDocumentStream(reference, { name, signal }).catch(whereRemoved),
  );
  const { name, stream } = await client.receiptStream(reference, { signal });
  const receipt = { name, content: await buffer(stream) };
  const first = await open?.();
  return { others, receipt, ...(first !== undefined && { first }) };
}

/** Opens each document when the one before was read, and cancels the open one when the browser goes. The receipt is last. */
export async function fillZip(
  zip: ZipArchive,
  { first, others, receipt }: OpenedZip,
  signal: AbortSignal,
): Promise<void> {
  const add = async ({ name, stream }: SignedDocumentStream): Promise<void> => {
    const source = Readable.from(stream);
    signal.addEventListener('abort', () => source.destroy(), { once: true });
    const isRead = once(zip, 'entry', { signal });
    const failed = once(source, 'error').then(([error]) => Promise.reject(error as Error));
    zip.append(source, { name });
    await Promise.race([isRead, failed]);
  };
  if (first !== undefined) await add(first);
  for (const open of others) {
    const document = await open();
    if (document !== undefined) await add(document);
  }
  zip.append(receipt.content, { name: receipt.name });
  await zip.finalize();
}

/** A document that was removed while the page was read. */
function whereRemoved(error: unknown): undefined {
  if (error instanceof SigningError && error.code === 'DOCUMENTS_EXPIRED') return undefined;
  throw error;
}
