import { constants, inflateRawSync } from 'node:zlib';
import { numberIn, PdfDictionary, PdfReference, PdfSyntax, type PdfValue } from './pdf-syntax.js';

const listOf = (value: PdfValue): PdfValue[] => [value ?? []].flat();

/** Location of an object: a file offset or an object stream; a free object has neither. */
type Place = { readonly offset?: number; readonly container?: number };

/** The text of a PDF, and its objects once {@link readSections} or {@link scan} has located them. */
export class PdfObjects extends PdfSyntax {
  readonly #places = new Map<number, Place>();
  readonly #containers = new Map<number, ReadonlyMap<number, string>>();
  trailer = new PdfDictionary();

  /** Resolves a reference to its object; returns other values unchanged. @throws TypeError if it is unreadable */
  find(value: PdfValue, mayBePacked = true): PdfValue {
    if (!(value instanceof PdfReference)) return value;
    const { offset, container } = this.#places.get(value.number) ?? {};
    if (container !== undefined && mayBePacked) {
      return this.#at(0, this.#container(container).get(value.number) ?? 'null').value();
    }
    if (offset === undefined) return undefined;
    const syntax = this.#at(offset);
    if (syntax.objectNumber() !== value.number) throw new TypeError('Another object stands there.');
    return syntax.objectValue();
  }

  /** Resolves a dictionary that has no stream; undefined for other values. @throws TypeError */
  dictionary(value: PdfValue): PdfDictionary | undefined {
    const found = this.find(value);
    return found instanceof PdfDictionary && found.start === undefined ? found : undefined;
  }

  /** @throws TypeError for filters other than Flate and for more than `maxBytes`; PdfRefusal for too much work */
  unpack(stream: PdfValue, maxBytes = Infinity) {
    if (!(stream instanceof PdfDictionary && stream.start !== undefined)) throw new TypeError('No stream.');
    let content: Buffer = Buffer.from(this.text.slice(stream.start, this.#endOf(stream)), 'latin1');
    this.charge(content.length);
    const parameters = listOf(this.find(stream.get('/DecodeParms') ?? stream.get('/DP'), false));
    for (const [index, filter] of listOf(this.find(stream.get('/Filter'), false)).entries()) {
      if (filter !== '/FlateDecode' && filter !== '/Fl') throw new TypeError('A filter is not read here.');
      content = this.#unpredict(this.#inflate(content, maxBytes), this.find(parameters[index], false));
      this.charge(content.length + 1000);
    }
    return { dictionary: stream, content };
  }

  /** A truncated stream yields what it holds; a wrong header or checksum is ignored. */
  #inflate(content: Buffer, maxBytes: number): Buffer {
    const maxOutputLength = Math.min(this.budget.left, maxBytes);
    try {
      return inflateRawSync(content.subarray(2), { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
    } catch (error) {
      // The unpacked size is known only when it exceeded the limit.
      const work = error instanceof RangeError ? Infinity : content.length * 100;
      this.charge(Math.min(work, maxOutputLength + 1));
      throw new TypeError('A stream cannot be unpacked.', { cause: error });
    }
  }

  /**
   * Undoes the PNG predictor Up of cross-reference streams. Spec: ISO 32000-1, 7.4.4.4. @throws TypeError for others
   */
  #unpredict(content: Buffer, parameters: PdfValue): Buffer {
    if (!(parameters instanceof PdfDictionary) || (parameters.get('/Predictor') ?? 1) === 1) return content;
    const width = Math.min(numberIn(parameters.get('/Columns') ?? 1), content.length);
    const plain = Buffer.alloc(Math.ceil(content.length / (width + 1)) * width);
    for (let at = 0; at < plain.length; at += 1) {
      const row = Math.floor(at / width);
      const type = content[row * (width + 1)] ?? 0;
      if (type !== 0 && type !== 2) throw new TypeError('A predictor is not read here.');
      plain[at] = (content[at + row + 1] ?? 0) + (type === 2 ? (plain[at - width] ?? 0) : 0);
    }
    return plain;
  }

  /** The end by `/Length` if that is correct, otherwise by `endstream`. */
  #endOf(stream: PdfDictionary): number {
    const { start = 0 } = stream;
    const end = start + this.attempt(() => numberIn(this.find(stream.get('/Length'), false)), Infinity);
    if (end <= this.text.length && this.#at(end).takes('endstream')) return end;
    const found = this.text.indexOf('endstream', start);
    const last = found < 0 ? this.text.length : found;
    this.charge(last - start);
    return last;
  }

  /** The text of each object in an object stream. @throws TypeError if it is unreadable */
  #container(number: number): ReadonlyMap<number, string> {
    const known = this.#containers.get(number);
    if (known !== undefined) return known;
    const { dictionary, content } = this.unpack(this.find(new PdfReference(number), false));
    const syntax = this.#at(0, content.toString('latin1'));
    const first = numberIn(this.find(dictionary.get('/First'), false) ?? 0);
    const texts = new Map<number, string>();
    let left = numberIn(this.find(dictionary.get('/N'), false) ?? 0);
    for (; left > 0 && syntax.at < first; left -= 1) {
      texts.set(numberIn(syntax.value()), syntax.text.slice(first + numberIn(syntax.value())));
    }
    this.#containers.set(number, texts);
    return texts;
  }

  /**
   * Reads from the newest section, named by the last `startxref`, to the oldest: an object's first location counts.
   * @throws TypeError
   */
  readSections(): void {
    const sections = new Set([this.#at(this.text.lastIndexOf('startxref') + 9).value()]);
    for (const section of sections) {
      const trailer = this.#readSection(this.#at(numberIn(section)));
      if (sections.size === 1) this.trailer = trailer;
      const previous = trailer.get('/Prev');
      if (previous !== undefined) sections.add(previous);
    }
  }

  #readSection(syntax: PdfSyntax): PdfDictionary {
    if (!syntax.takes('xref')) return this.#readStreamSection(syntax);
    const free: number[] = [];
    while (!syntax.takes('trailer')) {
      const [first, count] = [numberIn(syntax.value()), numberIn(syntax.value())];
      for (let number = first; number < first + count; number += 1) {
        const offset = numberIn(syntax.value());
        syntax.value();
        if (syntax.takes('n')) this.#place(number, { offset });
        else if (syntax.takes('f')) free.push(number);
        else throw new TypeError('An entry of the cross-reference has no type.');
      }
    }
    const trailer = syntax.value();
    if (!(trailer instanceof PdfDictionary)) throw new TypeError('The trailer is no dictionary.');
    const hybrid = trailer.get('/XRefStm');
    if (hybrid !== undefined) this.#readStreamSection(this.#at(numberIn(hybrid)));
    // A hybrid file's table marks objects in object streams as free.
    for (const number of free) this.#place(number);
    return trailer;
  }

  #readStreamSection(syntax: PdfSyntax): PdfDictionary {
    if (syntax.objectNumber() === undefined) throw new TypeError('There is no cross-reference.');
    const { dictionary, content } = this.unpack(syntax.objectValue());
    const [type = 0, second = 0, third = 0] = listOf(dictionary.get('/W')).map(numberIn);
    const ranges = listOf(dictionary.get('/Index') ?? [0, dictionary.get('/Size')]).map(numberIn);
    let at = 0;
    const field = (width: number) => {
      at += width;
      return Number.parseInt(content.toString('hex', at - width, at) || '0', 16);
    };
    for (let range = 0; range + 1 < ranges.length; range += 2) {
      const [first = 0, count = 0] = ranges.slice(range, range + 2);
      for (let number = first; number < first + count && at < content.length; number += 1) {
        this.charge(32);
        const kind = type === 0 ? 1 : field(type);
        const place = field(second);
        this.#place(number, [{}, { offset: place }, { container: place }][kind]);
        at += third;
      }
    }
    return dictionary;
  }

  /** Locates objects by every `n g obj` in the file; the last one of a number counts, and the last trailer. */
  scan(): void {
    const containers: number[] = [];
    let passed = 0;
    for (const { 0: found, 1: digits, index } of this.text.matchAll(/(\d{1,10})\s+\d{1,5}\s+obj/g)) {
      // Skips the content of streams, which can contain anything.
      if (index < passed) continue;
      this.charge(32);
      this.#places.set(Number(digits), { offset: index });
      const value = this.attempt(() => this.#at(index + found.length).objectValue(), undefined);
      if (!(value instanceof PdfDictionary) || value.start === undefined) continue;
      passed = this.#endOf(value);
      if (value.get('/Type') === '/ObjStm') containers.push(Number(digits));
      if (value.has('/Root')) this.trailer = value;
    }
    for (const container of containers.reverse()) {
      const numbers = this.attempt(() => [...this.#container(container).keys()], []);
      for (const number of numbers) this.#place(number, { container });
    }
    for (const { index } of this.text.matchAll(/trailer/g)) {
      const trailer = this.attempt(() => this.#at(index + 7).value(), undefined);
      if (trailer instanceof PdfDictionary && trailer.has('/Root')) this.trailer = trailer;
    }
  }

  #place(number: number, place: Place = {}): void {
    if (!this.#places.has(number)) this.#places.set(number, place);
  }

  #at(at: number, text = this.text): PdfSyntax {
    return new PdfSyntax(text, this.budget, at);
  }
}
