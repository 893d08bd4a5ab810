import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DirectJobRequest, PortalJobRequest } from '@signering/client';
import { whyUnreadable, InvalidInputError, type Problem } from '@signering/schema';
import { findJsonMistake } from './json-mistake.js';

/** A job to send, in either flow. */
export type JobRequest =
  | { readonly flow: 'PORTAL'; readonly request: PortalJobRequest }
  | { readonly flow: 'DIRECT'; readonly request: DirectJobRequest };

type JsonObject = Readonly<Record<string, unknown>>;

const STANDARD_INPUT = '-';
/** The documents of a job have at most 10 MiB, and base64 is a third larger. */
const MAX_JOB_FILE_BYTES = 32 * 2 ** 20;

/** The second argument of {@link readJobFile}. */
export interface ReadJobFileOptions {
  /** Of a request that has none. */
  readonly newReference: string;
  /** The option that names the file, for messages. @default --job */
  readonly option?: string;
}

/**
 * Reads a request from a JSON file, or from standard input if the file is `-`. It has the form of the client's
 * request, with the flow in `flow`; a document is a `file`, relative to the JSON file's folder, or has its bytes as
 * base64 in `content`. The client validates the request.
 * @throws INVALID_REQUEST if the file does not exist or does not contain JSON of this form
 */
export async function readJobFile(
  file: string,
  { newReference, option = '--job' }: ReadJobFileOptions,
): Promise<JobRequest> {
  const where = file === STANDARD_INPUT ? 'standard input' : file;
  const refuse = (problems: readonly Problem[]): InvalidInputError =>
    new InvalidInputError('INVALID_REQUEST', `The request cannot be read from ${where}`, problems);
  const refuseFile = (message: string) => refuse([{ path: option, message }]);
  const value = parseJson(await readText(file, refuseFile), refuseFile);
  if (!isObject(value)) throw refuse([{ path: 'request', message: 'must be a JSON object' }]);
  const { flow = 'PORTAL', ...request } = value;
  const problems: Problem[] = [];
  if (flow !== 'PORTAL' && flow !== 'DIRECT') {
    problems.push({ path: 'flow', message: 'must be PORTAL or DIRECT' });
  } else if (flow === 'PORTAL' && request['exitUrls'] !== undefined) {
    problems.push({ path: 'flow', message: 'must be DIRECT for a request with exitUrls' });
  }
  const folder = file === STANDARD_INPUT ? '.' : dirname(file);
  const documents = documentsOf(request['documents'], folder, problems);
  if (problems.length > 0) throw refuse(problems);
  const read = { reference: newReference, ...request, ...(documents !== undefined && { documents }) };
  // The client validates requests of untyped callers.
  return flow === 'DIRECT'
    ? { flow, request: read as unknown as DirectJobRequest }
    : { flow: 'PORTAL', request: read as unknown as PortalJobRequest };
}

type Refuse = (message: string) => InvalidInputError;

async function readText(file: string, refuse: Refuse): Promise<string> {
  const bytes = await readBounded(file === STANDARD_INPUT ? process.stdin : createReadStream(file)).catch(
    (error: unknown) => {
      throw refuse(whyUnreadable(error, 'the JSON file'));
    },
  );
  if (bytes === undefined) {
    const message = `has more than ${MAX_JOB_FILE_BYTES} bytes: name documents by file instead of content`;
    throw refuse(message);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('is not UTF-8 text: save it as UTF-8');
  }
}

/** Returns undefined if the input exceeds the limit, because the size of a pipe is unknown. */
async function readBounded(stream: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MAX_JOB_FILE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (text.trim() === '') throw refuse('is empty');
    const { line, column, member, expected } = findJsonMistake(text);
    const place = `line ${line}, column ${column}${member === undefined ? '' : `, in ${member}`}`;
    throw refuse(`is not JSON: ${place}: expected ${expected}`);
  }
}

/** Leaves anything but a list of objects unchanged, for the client to reject. */
function documentsOf(
  documents: unknown,
  folder: string,
  problems: Problem[],
): readonly unknown[] | undefined {
  if (!Array.isArray(documents)) return undefined;
  return documents.map((document: unknown, index) => {
    if (!isObject(document)) return document;
    const { file, content } = document;
    return {
      ...document,
      ...(typeof file === 'string' && file !== '' && { file: resolve(folder, file) }),
      ...(content !== undefined && {
        content: bytesOf(content, (message) =>
          problems.push({ path: `documents[${index}].content`, message }),
        ),
      }),
    };
  });
}

// With or without line breaks, which the command base64 writes.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;

function bytesOf(content: unknown, complain: (message: string) => void): Uint8Array | undefined {
  const text = typeof content === 'string' ? content.replaceAll(/\s/gu, '') : undefined;
  if (text !== undefined && BASE64.test(text)) return Buffer.from(text, 'base64');
  complain("must be the document's bytes as base64 text");
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
