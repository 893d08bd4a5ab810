import type { SeededRandom } from './seeded-random.js';

/** One value of DER: what it is, and what it holds. */
interface DerValue {
  readonly tag: number;
  readonly content: Buffer | readonly DerValue[];
}

const CONSTRUCTED = 0x20;
const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x30, 0x31, 0x80, 0xa0, 0xa1];
const CONTENTS = [
  Buffer.alloc(0),
  Buffer.of(0),
  Buffer.of(0xff),
  Buffer.of(0x7f, 0xff, 0xff, 0xff),
  Buffer.of(0x00, 0xff, 0xff, 0xff, 0xff),
  Buffer.alloc(200, 0x41),
];

/** DER with one value changed, left out, doubled, emptied, wrapped or moved, and every length put right. */
export function mutateDer(input: Buffer, random: SeededRandom): Buffer {
  const root = { tag: CONSTRUCTED, content: readValues(input) };
  const count = countOf(root) - 1;
  let left = 1 + random.below(count);
  const mutate = (value: DerValue): readonly DerValue[] => {
    if (left === 0) return [value];
    left -= 1;
    if (left === 0) return change(value, random);
    if (Buffer.isBuffer(value.content)) return [value];
    return [{ tag: value.tag, content: value.content.flatMap(mutate) }];
  };
  return Buffer.concat(root.content.flatMap(mutate).map(write));
}

function change(value: DerValue, random: SeededRandom): readonly DerValue[] {
  const { tag, content } = value;
  switch (random.below(8)) {
    case 0:
      return [];
    case 1:
      return [value, value];
    case 2:
      return [{ tag: random.pick(TAGS), content }];
    case 3:
      return [{ tag, content: random.pick(CONTENTS) }];
    case 4:
      return [{ tag: 0x30, content: [value] }];
    case 5:
      return Buffer.isBuffer(content) ? [{ tag, content: flipped(content, random) }] : content;
    case 6:
      return Buffer.isBuffer(content)
        ? [{ tag, content: grown(content, random) }]
        : [{ tag, content: [...content].reverse() }];
    default:
      return [nested(value, random.below(50))];
  }
}

function flipped(content: Buffer, random: SeededRandom): Buffer {
  if (content.length === 0) return Buffer.of(random.below(256));
  const copy = Buffer.from(content);
  copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function grown(content: Buffer, random: SeededRandom): Buffer {
  return random.oneIn(2)
    ? content.subarray(0, random.below(content.length))
    : Buffer.concat([content, content]);
}

function nested(value: DerValue, levels: number): DerValue {
  return levels === 0 ? value : nested({ tag: 0x30, content: [value] }, levels - 1);
}

function countOf(value: DerValue): number {
  return (
    1 + (Buffer.isBuffer(value.content) ? 0 : value.content.reduce((sum, child) => sum + countOf(child), 0))
  );
}

/** Values of one level; an octet string that holds nothing but DER is looked into. */
function readValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    if (start + length > bytes.length) throw new RangeError('no DER');
    const content = bytes.subarray(start, start + length);
    values.push({ tag, content: contentOf(tag, content) });
    at = start + length;
  }
  return values;
}

function contentOf(tag: number, content: Buffer): DerValue['content'] {
  if ((tag & CONSTRUCTED) !== 0) return readValues(content);
  if (tag !== 0x04 || content.length < 8 || content[0] !== 0x30) return content;
  try {
    return readValues(content);
  } catch {
    return content;
  }
}

function write({ tag, content }: DerValue): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(content.map(write));
  if (bytes.length < 0x80) return Buffer.concat([Buffer.of(tag, bytes.length), bytes]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  const used = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | used.length), used, bytes]);
}
