import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { MAX_DOCUMENT_BYTES } from '@signering/schema';
import { PortalRefusal } from '../portal-refusal.js';

/** A file that a person chose. */
export interface UploadedFile {
  /** As the browser gives it, without folders; only a title is made of it. */
  readonly name: string;
  readonly content: Buffer;
}

/** A form with files. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly UploadedFile[];
  /** The form has the token of this session. */
  readonly isOwn: boolean;
}

const MOST_FILES = 20;
const MOST_FIELDS = 60;
const LONGEST_FIELD_BYTES = 2000;
/** Documents, with what the form is besides them. */
const MOST_BYTES = MAX_DOCUMENT_BYTES + 256 * 1024;

/**
 * Reads a form with files, within the limits of a job. The token must be its first field: files after another one are
 * thrown away unread.
 * @throws PortalRefusal TOO_LARGE, INVALID_REQUEST
 */
export async function readUpload(
  request: FastifyRequest,
  isOwnToken: (token: string) => boolean,
): Promise<Upload> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw new PortalRefusal('TOO_LARGE');
  const type = request.headers['content-type'];
  if (type?.startsWith('multipart/form-data') !== true) throw new PortalRefusal('INVALID_REQUEST');
  const fields: Record<string, string> = {};
  const files: Promise<UploadedFile | undefined>[] = [];
  // A property: the compiler does not see that a callback sets a variable.
  const seen = { first: false, token: false };
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    let isRefused = false;
    const refuse = (error: unknown): void => {
      // The rest is thrown away as it comes: a browser that goes on sending would not read the answer.
      isRefused = true;
      request.raw.resume();
      reject(error instanceof PortalRefusal ? error : new PortalRefusal('INVALID_REQUEST', { cause: error }));
    };
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers: { ...request.headers, 'content-type': type },
        limits: {
          files: MOST_FILES + 1,
          fields: MOST_FIELDS,
          fieldSize: LONGEST_FIELD_BYTES,
          fileSize: MAX_DOCUMENT_BYTES + 1,
        },
      });
    } catch (error) {
      refuse(error);
      return;
    }
    parser.on('field', (name, value) => {
      if (!seen.first) seen.token = name === 'formToken' && isOwnToken(value);
      seen.first = true;
      fields[name] = value;
    });
    parser.on('file', (_name, stream, filename) => {
      seen.first = true;
      if (seen.token) {
        const file = readFile(stream, filename);
        // The body may end within a file. The parser's error is then the one that is thrown.
        file.catch(() => undefined);
        files.push(file);
      } else {
        stream.resume();
      }
    });
    parser.on('filesLimit', () => refuse(new PortalRefusal('TOO_LARGE')));
    parser.on('fieldsLimit', () => refuse(new PortalRefusal('INVALID_REQUEST')));
    parser.on('error', refuse);
    parser.on('finish', () => resolve());
    request.raw.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > MOST_BYTES) refuse(new PortalRefusal('TOO_LARGE'));
      if (isRefused || parser.write(chunk)) return;
      request.raw.pause();
      parser.once('drain', () => request.raw.resume());
    });
    request.raw.on('end', () => {
      if (!isRefused) parser.end();
    });
    request.raw.on('error', refuse);
    request.raw.on('aborted', () => refuse(new PortalRefusal('INVALID_REQUEST')));
  });
  const read = await Promise.all(files);
  return { fields, files: read.filter((file) => file !== undefined), isOwn: seen.token };
}

/** @returns undefined for the field of a form in which no file was chosen */
async function readFile(
  stream: AsyncIterable<Buffer>,
  filename: string | undefined,
): Promise<UploadedFile | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  if (content.byteLength === 0 && (filename ?? '') === '') return undefined;
  return { name: filename ?? '', content };
}

const LONGEST_TITLE = 80;

/** The title that a document gets from the name of its file: without folders, extension and what is not shown. */
export function titleOfFileName(name: string): string {
  const base = name.split(/[\\/]/u).at(-1) ?? '';
  const shown = base
    .normalize('NFC')
    .replace(/\.pdf$/iu, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return Array.from(shown).slice(0, LONGEST_TITLE).join('').trim() || 'Dokument';
}
