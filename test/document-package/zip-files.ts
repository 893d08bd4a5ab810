import { buffer } from 'node:stream/consumers';
import { ZipArchive, type ZipEntryData } from 'archiver';
import { fromBufferPromise } from 'yauzl';

export interface ZippedFile {
  readonly name: string;
  readonly content: Buffer;
}

/** All entries of a ZIP, without checks. */
export async function unzip(zip: Buffer): Promise<readonly ZippedFile[]> {
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  const files: ZippedFile[] = [];
  for await (const entry of opened.eachEntry()) {
    files.push({ name: entry.fileName, content: await buffer(await opened.openReadStreamPromise(entry)) });
  }
  return files;
}

/** A ZIP of these entries. */
export async function zip(files: readonly ZippedFile[], data: Partial<ZipEntryData> = {}): Promise<Buffer> {
  const archive = new ZipArchive();
  for (const { name, content } of files) archive.append(content, { name, ...data });
  const [bytes] = await Promise.all([buffer(archive), archive.finalize()]);
  return bytes;
}
