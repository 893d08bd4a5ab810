import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { PdfReference, PdfRefusal, PdfStream, PdfSyntax, type WorkBudget } from './pdf-syntax.js';
import type { PdfDictionary, PdfValue } from './pdf-syntax.js';

/** Where an object stands: at a place of the file, or as one of those packed into an object stream. */
type Place = { readonly offset: number } | { readonly container: number } | 'FREE';

/** The objects of a PDF, by its cross-reference, or by scanning the file where that is damaged. */
export class PdfObjects {
  readonly #bytes: Buffer;
  readonly #text: string;
  readonly #budget: WorkBudget;
  readonly #places = new Map<number, Place>();
  readonly #containers = new Map<
    number,
    { readonly syntax: PdfSyntax; readonly index: ReadonlyMap<number, number> }
  >();
  trailer: PdfDictionary = new Map();

  private constructor(bytes: Buffer, budget: WorkBudget) {
    this.#bytes = bytes;
    this.#text = bytes.toString('latin1');
    this.#budget = budget;
  }

  /** By the cross-reference that the last `startxref` names. @throws TypeError where it cannot be followed */
  static byCrossReference(bytes: Buffer, budget: WorkBudget): PdfObjects {
    const objects = new PdfObjects(bytes, budget);
    const start = objects.#text.lastIndexOf('startxref');
    objects.#readSections(objects.#at(start + 'startxref'.length).value());
    return objects;
  }

  /** By every `n g obj` in the file; the last of a number counts. */
  static byScanning(bytes: Buffer, budget: WorkBudget): PdfObjects {
    const objects = new PdfObjects(bytes, budget);
    objects.#scan();
    return objects;
  }

  /**
   * Follows a reference to its object; other values are themselves. An object in the file is complete when its end or
   * the next object follows. @throws TypeError for an object that cannot be read
   */
  find(value: PdfValue): { readonly value: PdfValue; readonly complete: boolean } {
    if (!(value instanceof PdfReference)) return { value, complete: true };
    const place = this.#places.get(value.number);
    if (place === undefined || place === 'FREE') return { value: undefined, complete: true };
    if ('container' in place) return { value: this.#packed(value.number, place.container), complete: true };
    const syntax = this.#at(place.offset);
    if (syntax.objectNumber() !== value.number) throw new TypeError('Another object stands there.');
    const found = syntax.objectValue();
    const complete =
      found instanceof PdfStream || syntax.takes('endobj') || syntax.objectNumber() !== undefined;
    return { value: found, complete };
  }

  dictionary(value: PdfValue): PdfDictionary | undefined {
    const { value: found } = this.find(value);
    return found instanceof Map ? (found as PdfDictionary) : undefined;
  }

  number(value: PdfValue): number | undefined {
    const { value: found } = this.find(value);
    return typeof found === 'number' ? found : undefined;
  }

  /** @throws TypeError for another filter than Flate and for more than `maxBytes`; PdfRefusal for too much work */
  unpack({ dictionary, start }: PdfStream, maxBytes = Infinity): Buffer {
    let content = this.#bytes.subarray(start, this.#endOf(dictionary, start));
    const parameters = listOf(this.find(dictionary.get('/DecodeParms') ?? dictionary.get('/DP')).value);
    for (const [index, filter] of listOf(this.find(dictionary.get('/Filter')).value).entries()) {
      const { value: name } = this.find(filter);
      if (name !== '/FlateDecode' && name !== '/Fl') throw new TypeError('A filter is not read here.');
      content = this.#unpredict(this.#inflate(content, maxBytes), this.dictionary(parameters[index]));
    }
    this.#budget.charge(content.length);
    return content;
  }

  /** A stream that was cut off gives what it holds; a wrong header or checksum spoils nothing. */
  #inflate(content: Buffer, maxBytes: number): Buffer {
    const maxOutputLength = Math.max(Math.min(this.#budget.left, maxBytes), 1);
    const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
    try {
      return inflateSync(content, options);
    } catch (error) {
      const isTooLarge = error instanceof RangeError;
      if (isTooLarge) this.#budget.charge(maxOutputLength + 1);
      if (isTooLarge) throw new TypeError('A stream unpacks to more than is read.', { cause: error });
    }
    try {
      return inflateRawSync(content.subarray(2), options);
    } catch (error) {
      throw new TypeError('A stream cannot be unpacked.', { cause: error });
    }
  }

  /** Undoes the PNG predictor Up, which cross-references have. Spec: ISO 32000-1, 7.4.4.4. @throws TypeError for others */
  #unpredict(content: Buffer, parameters: PdfDictionary | undefined): Buffer {
    if ((this.number(parameters?.get('/Predictor')) ?? 1) === 1) return content;
    const width = Math.max(this.number(parameters?.get('/Columns')) ?? 1, 1);
    const rows = Math.ceil(content.length / (width + 1));
    const plain = Buffer.alloc(rows * width);
    this.#budget.charge(plain.length);
    for (let at = 0; at < plain.length; at += 1) {
      const row = Math.floor(at / width);
      const type = content[row * (width + 1)] ?? 0;
      if (type !== 0 && type !== 2) throw new TypeError('A predictor is not read here.');
      plain[at] = (content[at + row + 1] ?? 0) + (type === 2 ? (plain[at - width] ?? 0) : 0);
    }
    return plain;
  }

  #endOf(dictionary: PdfDictionary, start: number): number {
    const end = start + (this.number(dictionary.get('/Length')) ?? Infinity);
    if (end <= this.#bytes.length && this.#at(end).takes('endstream')) return end;
    const found = this.#text.indexOf('endstream', start);
    const last = found < 0 ? this.#bytes.length : found;
    this.#budget.charge(last - start);
    return last;
  }

  #packed(number: number, containerNumber: number): PdfValue {
    const { syntax, index } = this.#container(containerNumber);
    const offset = index.get(number);
    if (offset === undefined) return undefined;
    syntax.at = offset;
    return syntax.value();
  }

  #container(number: number) {
    const known = this.#containers.get(number);
    if (known !== undefined) return known;
    // An object stream inside another one, or in itself, would be read without end.
    const place = this.#places.get(number);
    const isDirect = place !== undefined && place !== 'FREE' && 'offset' in place;
    const stream = isDirect ? this.find(new PdfReference(number)).value : undefined;
    if (!(stream instanceof PdfStream)) throw new TypeError('An object stream is missing.');
    const syntax = new PdfSyntax(this.unpack(stream).toString('latin1'), this.#budget, 0);
    const first = this.number(stream.dictionary.get('/First')) ?? 0;
    const index = new Map<number, number>();
    for (
      let count = this.number(stream.dictionary.get('/N')) ?? 0;
      count > 0 && syntax.at < first;
      count -= 1
    ) {
      index.set(numberIn(syntax.value()), first + numberIn(syntax.value()));
    }
    this.#containers.set(number, { syntax, index });
    return { syntax, index };
  }

  /** From the newest section to the oldest: what is placed first counts. */
  #readSections(newest: PdfValue): void {
    const visited = new Set<PdfValue>();
    for (let section = newest; section !== undefined && !visited.has(section);) {
      visited.add(section);
      const trailer = this.#readSection(numberIn(section));
      if (section === newest) this.trailer = trailer;
      section = trailer.get('/Prev');
    }
  }

  #readSection(offset: number): PdfDictionary {
    const syntax = this.#at(offset);
    if (!syntax.takes('xref')) return this.#readStreamSection(syntax);
    const free: number[] = [];
    while (!syntax.takes('trailer')) {
      const [first, count] = [numberIn(syntax.value()), numberIn(syntax.value())];
      for (let number = first; number < first + count; number += 1) {
        const place = { offset: numberIn(syntax.value()) };
        syntax.value();
        if (syntax.takes('n')) this.#place(number, place);
        else if (syntax.takes('f')) free.push(number);
        else throw new TypeError('An entry of the cross-reference has no type.');
      }
    }
    const trailer = syntax.value();
    if (!(trailer instanceof Map)) throw new TypeError('The trailer is no dictionary.');
    const hybrid = (trailer as PdfDictionary).get('/XRefStm');
    if (hybrid !== undefined) this.#readStreamSection(this.#at(numberIn(hybrid)));
    // What a hybrid file packs into object streams is free in its table.
    for (const number of free) this.#place(number, 'FREE');
    return trailer as PdfDictionary;
  }

  #readStreamSection(syntax: PdfSyntax): PdfDictionary {
    const stream = syntax.objectNumber() === undefined ? undefined : syntax.objectValue();
    if (!(stream instanceof PdfStream)) throw new TypeError('There is no cross-reference.');
    const { dictionary } = stream;
    const bytes = this.unpack(stream);
    const widths = listOf(dictionary.get('/W')).map(numberIn);
    const ranges = listOf(dictionary.get('/Index') ?? [0, dictionary.get('/Size')]).map(numberIn);
    let at = 0;
    const field = (index: number, absent: number) => {
      const width = Math.max(widths[index] ?? 0, 0);
      at += width;
      return width === 0 ? absent : Number.parseInt(bytes.toString('hex', at - width, at) || '0', 16);
    };
    for (let range = 0; range + 1 < ranges.length; range += 2) {
      const first = ranges[range] ?? 0;
      for (let number = first; number < first + (ranges[range + 1] ?? 0) && at < bytes.length; number += 1) {
        this.#budget.charge(8);
        const [type, second] = [field(0, 1), field(1, 0)];
        field(2, 0);
        if (type === 0) this.#place(number, 'FREE');
        if (type === 1) this.#place(number, { offset: second });
        if (type === 2) this.#place(number, { container: second });
      }
    }
    return dictionary;
  }

  #scan(): void {
    const packed: number[] = [];
    for (let at = this.#text.indexOf('obj'); at >= 0; at = this.#text.indexOf('obj', at + 3)) {
      this.#budget.charge(32);
      const [beginning, number] =
        /(\d{1,10})\s+\d{1,5}\s+$/.exec(this.#text.slice(Math.max(at - 24, 0), at)) ?? [];
      if (beginning === undefined) continue;
      this.#places.set(Number(number), { offset: at - beginning.length });
      const value = this.#attempt(() => this.#at(at + 3).objectValue());
      if (!(value instanceof PdfStream)) continue;
      const { dictionary, start } = value;
      if (dictionary.get('/Type') === '/ObjStm') packed.push(Number(number));
      if (dictionary.has('/Root')) this.trailer = dictionary;
      // A stream may hold anything.
      at = this.#attempt(() => this.#endOf(dictionary, start)) ?? at;
    }
    for (const container of packed.reverse()) {
      const numbers = this.#attempt(() => this.#container(container).index.keys()) ?? [];
      for (const number of numbers) this.#place(number, { container });
    }
    for (let at = this.#text.indexOf('trailer'); at >= 0; at = this.#text.indexOf('trailer', at + 7)) {
      const trailer = this.#attempt(() => this.#at(at + 7).value());
      if (trailer instanceof Map && trailer.has('/Root')) this.trailer = trailer as PdfDictionary;
    }
  }

  /** Passes by what cannot be read in a damaged file. @throws PdfRefusal */
  #attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof PdfRefusal || !(error instanceof TypeError)) throw error;
      return undefined;
    }
  }

  #place(number: number, place: Place): void {
    if (!this.#places.has(number)) this.#places.set(number, place);
  }

  #at(offset: number): PdfSyntax {
    return new PdfSyntax(this.#text, this.#budget, offset);
  }
}

function listOf(value: PdfValue): readonly PdfValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly PdfValue[]) : [value];
}

/** @throws TypeError for anything else than a whole number */
function numberIn(value: PdfValue): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new TypeError('No number.');
  return value;
}
