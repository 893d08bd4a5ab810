import { checkOf } from '../signature-check.js';
import { pdfSkeletonOf, xmlSkeletonOrReason } from './pdf-skeleton.js';
import { linesOf } from './skeleton.js';

/**
 * Describes the structure of a signed document without its content: elements, algorithms and sizes, so that an
 * unknown form can be reported without personal data. Never throws because of the file's content.
 */
export function anonymousSkeletonOf(content: Uint8Array, kind: 'XADES' | 'PADES'): readonly string[] {
  try {
    if (kind === 'XADES') return linesOf(xmlSkeletonOrReason(content));
    return linesOf(pdfSkeletonOf(Buffer.from(content.buffer, content.byteOffset, content.byteLength)));
  } catch (error) {
    return [`not read: ${checkOf(error).reason}`];
  }
}
