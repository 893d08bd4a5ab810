import { checkOf } from '../signature-check.js';
import { pdfSkeletonOf, xmlSkeletonOrReason } from './pdf-skeleton.js';
import { linesOf } from './skeleton.js';

/**
 * Describes how a signed document is built, without any of its content: elements, algorithms and sizes, so that an
 * unknown form can be reported without personal data. Never throws for what the file holds.
 */
export function anonymousSkeletonOf(content: Uint8Array, kind: 'XADES' | 'PADES'): readonly string[] {
  try {
    if (kind === 'XADES') return linesOf(xmlSkeletonOrReason(content));
    return linesOf(pdfSkeletonOf(Buffer.from(content.buffer, content.byteOffset, content.byteLength)));
  } catch (error) {
    return [`not read: ${checkOf(error).reason}`];
  }
}
