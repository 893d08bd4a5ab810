import { inflateSync, constants } from 'node:zlib';

/** A file that is embedded in a PDF. */
export interface EmbeddedFile {
  /** Where its stream begins, in bytes from the beginning of the PDF. */
  readonly position: number;
  /** Absent where it is stored in a form that is not known here. */
  readonly content?: Buffer;
}

/** What was found, and whether there are more than were read. */
export interface EmbeddedFiles {
  readonly files: readonly EmbeddedFile[];
  readonly isComplete: boolean;
}

const MARK = '/EmbeddedFile';
/** How far the dictionary of a stream reaches, in bytes. */
const DICTIONARY_BYTES = 4096;
const MAX_FILES = 100;
/** Names that belong to no file count too: each costs a look around it, and perhaps through the whole PDF. */
const MAX_MARKS = 300;
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * Finds the embedded files of a PDF without believing its structure: a stream's dictionary is never compressed, so
 * that each one of type `EmbeddedFile` is found by its name. Reads plain and deflated ones, to a bound.
 *
 * Spec: ISO 32000-1, 7.11.4 and 7.3.8.
 */
export function findEmbeddedFiles(pdf: Buffer): EmbeddedFiles {
  const files: EmbeddedFile[] = [];
  let bytesLeft = MAX_BYTES;
  let marksLeft = MAX_MARKS;
  for (let position = pdf.indexOf(MARK); position >= 0; position = pdf.indexOf(MARK, position + 1)) {
    marksLeft -= 1;
    if (files.length >= MAX_FILES || marksLeft < 0) return { files, isComplete: false };
    const stream = streamAround(pdf, position);
    if (stream === undefined) continue;
    const content = contentOf(stream, bytesLeft);
    if (content === 'TOO_LARGE') return { files, isComplete: false };
    bytesLeft -= content?.byteLength ?? 0;
    files.push({ position, ...(content === undefined ? {} : { content }) });
  }
  return { files, isComplete: true };
}

interface Stream {
  readonly dictionary: string;
  readonly data: Buffer;
}

function streamAround(pdf: Buffer, position: number): Stream | undefined {
  const before = pdf.subarray(Math.max(0, position - DICTIONARY_BYTES), position).toString('latin1');
  const after = pdf.subarray(position, position + DICTIONARY_BYTES).toString('latin1');
  const keyword = /^\/EmbeddedFile(?![A-Za-z])(?:(?!endobj)[\s\S])*?>>\s*stream\r?\n/.exec(after)?.[0];
  const object = before.lastIndexOf(' obj');
  if (keyword === undefined || object < 0) return undefined;
  const dictionary = before.slice(object) + keyword;
  const start = position + keyword.length;
  const length = /\/Length\s+(\d{1,10})(?!\d*\s+\d+\s+R)/.exec(dictionary)?.[1];
  const end = length === undefined ? pdf.indexOf('endstream', start) : start + Number(length);
  return end < start || end > pdf.length ? undefined : { dictionary, data: pdf.subarray(start, end) };
}

/** Undefined where it is stored in a form that is not known here. */
function contentOf({ dictionary, data }: Stream, maxBytes: number): Buffer | 'TOO_LARGE' | undefined {
  const filter = /\/Filter\s*(\/\w+|\[[^\]]*\])/.exec(dictionary)?.[1]?.replaceAll(/[[\]\s]/g, '');
  if (filter === undefined) return data.byteLength > maxBytes ? 'TOO_LARGE' : data;
  if (filter !== '/FlateDecode' && filter !== '/Fl') return undefined;
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, maxBytes), finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    return error instanceof RangeError ? 'TOO_LARGE' : undefined;
  }
}
