import type { SeededRandom } from './seeded-random.js';

/** What inputs of one kind are broken with. */
export interface MutationMaterial {
  /** Real inputs, of which the broken ones are made. */
  readonly corpus: readonly Buffer[];
  /** What means something in this format. */
  readonly dictionary: readonly (string | Buffer)[];
  /** How long an input may become, in bytes. */
  readonly maxBytes: number;
  /** How often a piece may come in a row. @default 500 */
  readonly maxRepeats?: number;
}

type Mutation = (input: Buffer, random: SeededRandom, material: MutationMaterial) => Buffer;

const NUMBERS = [
  0, 1, 0x7f, 0x80, 0xff, 0x7f_ff, 0x80_00, 0xff_ff, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff,
];
const DECIMALS = [
  '0',
  '-1',
  '1',
  '99',
  '65536',
  '2147483647',
  '4294967295',
  '99999999999999999999',
  '1e9',
  '0.5',
];

const MUTATIONS: readonly Mutation[] = [
  (input, random) => changed(input, random, (byte) => byte ^ (1 << random.below(8))),
  (input, random) => changed(input, random, () => random.pick(NUMBERS) & 0xff),
  (input, random) => changed(input, random, () => random.below(256)),
  (input, random) => {
    const [start, end] = range(input, random);
    return Buffer.concat([input.subarray(0, start), input.subarray(end)]);
  },
  (input, random, { maxRepeats = 500 }) => {
    const [start, end] = range(input, random);
    const times = 1 + random.below(random.oneIn(20) ? maxRepeats : 3);
    return inserted(input, end, input.subarray(start, end), times);
  },
  (input, random, { dictionary, maxRepeats = 500 }) => {
    const word = Buffer.from(random.pick(dictionary));
    return inserted(input, random.below(input.length + 1), word, random.oneIn(20) ? maxRepeats : 1);
  },
  (input, random, { dictionary }) => {
    const word = Buffer.from(random.pick(dictionary));
    const at = random.below(input.length + 1);
    return Buffer.concat([input.subarray(0, at), word, input.subarray(at + word.length)]);
  },
  (input, random, { corpus }) => {
    const other = random.pick(corpus);
    const [start, end] = range(other, random);
    return inserted(input, random.below(input.length + 1), other.subarray(start, end), 1);
  },
  (input, random, { corpus }) => {
    const other = random.pick(corpus);
    return Buffer.concat([
      input.subarray(0, random.below(input.length)),
      other.subarray(random.below(other.length)),
    ]);
  },
  (input, random) => input.subarray(0, random.below(input.length)),
  (input, random) => {
    if (input.length < 4) return input;
    const copy = Buffer.from(input);
    const at = random.below(input.length - 3);
    const number = random.pick(NUMBERS);
    if (random.oneIn(2)) copy.writeUInt32LE(number, at);
    else copy.writeUInt32BE(number, at);
    return copy;
  },
  decimalReplaced,
];

/** An input of the corpus with one to a few things changed; now and then one with many. */
export function mutateBytes(random: SeededRandom, material: MutationMaterial): Buffer {
  return mutateInput(random.pick(material.corpus), random, material);
}

/** This input with one to a few things changed. */
export function mutateInput(input: Buffer, random: SeededRandom, material: MutationMaterial): Buffer {
  const times = random.oneIn(10) ? 1 + random.below(30) : 1 + random.below(4);
  let mutated = input;
  for (let time = 0; time < times; time += 1) {
    mutated = random.pick(MUTATIONS)(mutated, random, material).subarray(0, material.maxBytes);
  }
  return mutated;
}

function changed(input: Buffer, random: SeededRandom, change: (byte: number) => number): Buffer {
  if (input.length === 0) return input;
  const copy = Buffer.from(input);
  const at = random.below(copy.length);
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function inserted(input: Buffer, at: number, piece: Buffer, times: number): Buffer {
  const pieces = Array.from({ length: times }, () => piece);
  return Buffer.concat([input.subarray(0, at), ...pieces, input.subarray(at)]);
}

/** Where a piece of the input begins and ends: mostly a short one. */
function range(input: Buffer, random: SeededRandom): readonly [number, number] {
  const start = random.below(input.length);
  const length = 1 + random.below(random.oneIn(4) ? input.length : 24);
  return [start, Math.min(input.length, start + length)];
}

/** A number that is written in digits becomes another. */
function decimalReplaced(input: Buffer, random: SeededRandom): Buffer {
  const from = random.below(input.length);
  let start = from;
  while (start < input.length && !isDigit(input[start])) start += 1;
  let end = start;
  while (end < input.length && isDigit(input[end])) end += 1;
  return Buffer.concat([input.subarray(0, start), Buffer.from(random.pick(DECIMALS)), input.subarray(end)]);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
