import { buffer } from 'node:stream/consumers';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { DocumentPackageInvalidError } from './document-package-invalid-error.js';

/** A file in a ZIP. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

/** Limits for unpacking a ZIP. */
export interface ZipLimits {
  readonly maxEntries: number;
  /** Unpacked size of all entries together, in bytes. */
  readonly maxBytes: number;
}

/**
 * Unpacks a ZIP into memory, in the order of its directory, without folders.
 * @throws DOCUMENT_PACKAGE_INVALID if it is not a ZIP, is damaged, encrypted or too large, has a path outside the
 *   package, or has a duplicate name
 */
export async function readZip(bytes: Uint8Array, limits: ZipLimits): Promise<readonly ZipEntry[]> {
  const zip = await open(bytes);
  try {
    return await readEntries(zip, limits);
  } catch (error) {
    if (error instanceof DocumentPackageInvalidError) throw error;
    // Covers paths such as ../x and C:\x, wrong sizes and invalid compressed data.
    throw new DocumentPackageInvalidError('the ZIP is damaged, or an entry has a path outside the package', {
      cause: error,
    });
  } finally {
    zip.close();
  }
}

async function open(bytes: Uint8Array): Promise<ZipFile> {
  try {
    return await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      lazyEntries: true,
      strictFileNames: true,
    });
  } catch (cause) {
    throw new DocumentPackageInvalidError('it is not a ZIP file, or is incomplete', { cause });
  }
}

async function readEntries(zip: ZipFile, limits: ZipLimits): Promise<readonly ZipEntry[]> {
  if (zip.entryCount > limits.maxEntries) {
    throw new DocumentPackageInvalidError(`it has more than ${limits.maxEntries} entries`);
  }
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let size = 0;
  for await (const entry of zip.eachEntry()) {
    if (names.has(entry.fileName)) throw new DocumentPackageInvalidError('an entry name occurs twice');
    names.add(entry.fileName);
    // The declared size suffices: yauzl aborts if an entry unpacks to more than it declares.
    size += entry.uncompressedSize;
    if (size > limits.maxBytes) {
      throw new DocumentPackageInvalidError(`it unpacks to more than ${limits.maxBytes} bytes`);
    }
    if (isFolder(entry)) continue;
    entries.push({ name: entry.fileName, content: await readContent(zip, entry) });
  }
  return entries;
}

function isFolder(entry: Entry): boolean {
  return entry.fileName.endsWith('/') && entry.uncompressedSize === 0;
}

async function readContent(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.isEncrypted()) throw new DocumentPackageInvalidError('an entry is encrypted');
  return await buffer(await zip.openReadStreamPromise(entry));
}
