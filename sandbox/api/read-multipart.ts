import { Dicer } from '@fastify/busboy';
import { ServiceRefusal } from './service-refusal.js';

/** The two parts of a create request. */
export interface CreateRequestParts {
  /** The job request, as XML. */
  readonly request: Buffer;
  readonly documentPackage: Buffer;
}

/**
 * Splits a create request. Its parts have no names: the first is the XML, the second the package. Clients differ in
 * the headers of the parts, the boundary and other parameters, so these are ignored.
 * @throws ServiceRefusal 400 INVALID_MULTIPART when it is anything else
 */
export async function readCreateRequestParts(
  contentType: string | undefined,
  body: Buffer,
): Promise<CreateRequestParts> {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw invalid('Content-Type must be multipart/mixed with a boundary');
  const parts = await splitParts(boundary, body);
  const [request, documentPackage] = parts;
  if (request === undefined || documentPackage === undefined || parts.length !== 2) {
    throw invalid(`there must be two parts, the job request and the document package, not ${parts.length}`);
  }
  return { request, documentPackage };
}

/** Spec: RFC 2046, 5.1.1: up to 70 characters, perhaps quoted. */
function boundaryOf(contentType = ''): string | undefined {
  if (!/^multipart\/mixed\s*(?:;|$)/iu.test(contentType.trim())) return undefined;
  const match = /;\s*boundary\s*=\s*(?:"(?<quoted>[^"]{1,70})"|(?<plain>[^\s;"]{1,70}))/iu.exec(contentType);
  return match?.groups?.['quoted'] ?? match?.groups?.['plain'];
}

async function splitParts(boundary: string, body: Buffer): Promise<readonly Buffer[]> {
  return await new Promise((resolve, reject) => {
    const parts: Promise<Buffer>[] = [];
    const dicer = new Dicer({ boundary });
    // Reject at once: a part may fail before the whole body has finished.
    const breakOff = () => reject(invalid('it ends before its last boundary'));
    dicer.on('part', (part) => {
      const chunks: Buffer[] = [];
      part.on('data', (chunk: Buffer) => chunks.push(chunk));
      part.on('error', breakOff);
      parts.push(new Promise((settle) => part.on('end', () => settle(Buffer.concat(chunks)))));
    });
    dicer.on('finish', () => resolve(Promise.all(parts)));
    dicer.on('error', breakOff);
    dicer.end(body);
  });
}

function invalid(reason: string): ServiceRefusal {
  return new ServiceRefusal('INVALID_MULTIPART', `The request cannot be split into its parts: ${reason}.`);
}
