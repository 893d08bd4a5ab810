import { buffer } from 'node:stream/consumers';
import { Dicer } from '@fastify/busboy';
import type { ReceivedRequest } from './test-service.js';

/** One part of a multipart message. */
export interface Part {
  readonly headers: readonly (readonly [string, readonly string[]])[];
  readonly content: Buffer;
}

/** Takes a multipart request apart, with a parser that is not ours. */
export async function partsOf(request: ReceivedRequest): Promise<readonly Part[]> {
  const boundary = /^multipart\/mixed; boundary=(.+)$/u.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Error('the request is not multipart/mixed');
  const parts: Promise<Part>[] = [];
  const dicer = new Dicer({ boundary });
  dicer.on('part', (part) => {
    let headers: Part['headers'] = [];
    part.on('header', (found: Readonly<Record<string, readonly string[]>>) => {
      headers = Object.entries(found);
    });
    parts.push(buffer(part).then((content) => ({ headers, content })));
  });
  await new Promise((resolve, reject) => {
    dicer.on('finish', () => resolve(undefined));
    dicer.on('error', reject);
    dicer.end(request.body);
  });
  return Promise.all(parts);
}
