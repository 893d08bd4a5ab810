import { BaseBlock, fromBER, Integer, ObjectIdentifier, OctetString } from 'asn1js';
import { damagedEntry } from './key-store-problem.js';

/** Octet strings are parsed on access; a certificate of 1,000 bytes in its bag has some 20 elements. */
const LIMITS = { parseEmbedded: false, copyInput: false, maxNodes: 100_000 };

/** A parsed ASN.1 element, BER or DER. */
export type Asn1Element = BaseBlock;

/**
 * Reads the first element of these bytes; following bytes, such as a line break, are ignored. @throws KeyStoreProblem
 */
export function readElement(bytes: Uint8Array): Asn1Element {
  const { offset, result } = fromBER(bytes, LIMITS);
  if (offset < 0) throw damagedEntry();
  return result;
}

/** The members of a sequence, a set or an explicitly tagged element. */
export function membersOf(element: Asn1Element | undefined): readonly Asn1Element[] {
  const value: unknown =
    element !== undefined && 'value' in element.valueBlock ? element.valueBlock.value : [];
  return Array.isArray(value) ? value.filter((member) => member instanceof BaseBlock) : [];
}

/** Whether an element is tagged `[number]`. */
export function isTagged(element: Asn1Element | undefined, number: number): boolean {
  return element?.idBlock.tagClass === 3 && element.idBlock.tagNumber === number;
}

/** The bytes of an octet string, universal or implicitly tagged, possibly in several parts. @throws KeyStoreProblem */
export function octetsOf(element: Asn1Element | undefined): Buffer {
  if (element === undefined) throw damagedEntry();
  if (element.idBlock.isConstructed) return Buffer.concat(membersOf(element).map(octetsOf));
  if (!(element instanceof OctetString) && element.idBlock.tagClass !== 3) throw damagedEntry();
  return 'valueHexView' in element.valueBlock
    ? Buffer.from(element.valueBlock.valueHexView as Uint8Array)
    : Buffer.alloc(0);
}

/** @throws KeyStoreProblem */
export function oidOf(element: Asn1Element | undefined): string {
  if (!(element instanceof ObjectIdentifier)) throw damagedEntry();
  return element.valueBlock.toString();
}

/** A non-negative integer; Infinity if it has more than six bytes. @throws KeyStoreProblem */
export function integerOf(element: Asn1Element | undefined): number {
  if (!(element instanceof Integer)) throw damagedEntry();
  const bytes = Buffer.from(element.valueBlock.valueHexView);
  if (((bytes[0] ?? 0x80) & 0x80) !== 0) throw damagedEntry();
  const hex = bytes.toString('hex').replace(/^(?:00)+(?=..)/u, '');
  return hex.length > 12 ? Infinity : Number.parseInt(hex, 16);
}

/** The encoded bytes of an element. */
export function bytesOf(element: Asn1Element | undefined): Buffer {
  if (element === undefined) throw damagedEntry();
  return Buffer.from(element.valueBeforeDecodeView);
}
