/**
 * A value of a PDF, as far as its structure needs it: a name is a string with its slash; strings, booleans and `null`
 * are undefined.
 */
export type PdfValue =
  number | string | undefined | PdfReference | PdfStream | PdfDictionary | readonly PdfValue[];
/** Keys have their slash. */
export type PdfDictionary = ReadonlyMap<string, PdfValue>;

/** Such as `7 0 R`. */
export class PdfReference {
  constructor(readonly number: number) {}
}

/** A stream, with the place of its first byte. */
export class PdfStream {
  constructor(
    readonly dictionary: PdfDictionary,
    readonly start: number,
  ) {}
}

/** Ends the reading of a document: one clause that says what is wrong and what to do. */
export class PdfRefusal extends Error {}

/** Bytes parsed and unpacked. The largest of 2,454 public files needs a quarter of it. */
const MAX_WORK = 60_000_000;
/** What a value costs besides its bytes, because it takes memory. */
const VALUE_WORK = 8;
const MAX_NESTING = 100;

/** Bounds the work for one document, so that the verdict does not depend on the machine's load. */
export class WorkBudget {
  left = MAX_WORK;

  /** @throws PdfRefusal when the document needs more than the bound */
  charge(work: number): void {
    this.left -= work;
    if (this.left < 0) throw new PdfRefusal('is a PDF that takes too much work to read; export it again');
  }
}

const PERCENT_SIGN = 0x25;
const LINE = /[^\r\n]*/y;
const WORD = /[^\0\t\n\f\r ()<>[\]{}/%]*/y;
const TOKEN = /<<|>>|[[\](<]|\/?[^\0\t\n\f\r ()<>[\]{}/%]*/y;

/** Reads values one after the other out of bytes as Latin-1. Spec: ISO 32000-1, 7.2 and 7.3. */
export class PdfSyntax {
  constructor(
    readonly text: string,
    readonly budget: WorkBudget,
    public at: number,
  ) {}

  /** The number of an object whose `n g obj` stands here, or undefined. */
  objectNumber(): number | undefined {
    const [number, generation, keyword] = [this.#next(WORD), this.#next(WORD), this.#next(WORD)];
    return keyword === 'obj' && /^\d+$/.test(number + generation) ? Number(number) : undefined;
  }

  /** True when this keyword stands here; then it is passed. */
  takes(keyword: string): boolean {
    const before = this.at;
    if (this.#next(WORD) === keyword) return true;
    this.at = before;
    return false;
  }

  /** An object's value: a dictionary with `stream` behind it is a stream. @throws TypeError where there is none */
  objectValue(): PdfValue {
    const value = this.value();
    if (!(value instanceof Map) || !this.takes('stream')) return value;
    if (this.text[this.at] === '\r') this.at += 1;
    if (this.text[this.at] === '\n') this.at += 1;
    return new PdfStream(value as PdfDictionary, this.at);
  }

  /** @throws TypeError where there is none */
  value(token = this.#next(TOKEN), nesting = 0): PdfValue {
    if (nesting > MAX_NESTING) throw new TypeError('Values are nested too deep.');
    if (token === '<<') return this.#dictionary(nesting);
    if (token === '[') return this.#list(']', nesting);
    if (token === '(') {
      this.#string();
      return;
    }
    if (token === '<') {
      this.#passTo('>', this.at);
      return;
    }
    if (token.startsWith('/')) {
      return token.replace(/#([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    }
    if (/^\d+$/.test(token)) {
      const behind = this.at;
      if (/^\d+$/.test(this.#next(WORD)) && this.takes('R')) return new PdfReference(Number(token));
      this.at = behind;
    }
    if (/^[+-]*[\d.]/.test(token)) return Number.parseFloat(token) || 0;
    if (/^(?:true|false|null)$/.test(token)) return undefined;
    throw new TypeError('There is no value.');
  }

  #list(end: string, nesting: number): readonly PdfValue[] {
    const values: PdfValue[] = [];
    for (let token = this.#next(TOKEN); token !== end; token = this.#next(TOKEN)) {
      values.push(this.value(token, nesting + 1));
    }
    return values;
  }

  #dictionary(nesting: number): PdfDictionary {
    this.budget.charge(4 * VALUE_WORK);
    const values = this.#list('>>', nesting);
    const dictionary = new Map<string, PdfValue>();
    for (let index = 0; index < values.length; index += 2) {
      const key = values[index];
      if (typeof key !== 'string') throw new TypeError('A key of a dictionary is no name.');
      dictionary.set(key, values[index + 1]);
    }
    return dictionary;
  }

  #string(): undefined {
    const begun = this.at;
    for (let open = 1; open > 0 && this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at];
      if (character === '\\') this.at += 1;
      else if (character === '(') open += 1;
      else if (character === ')') open -= 1;
    }
    this.budget.charge(this.at - begun);
  }

  #passTo(end: string, begun: number): undefined {
    const found = this.text.indexOf(end, begun);
    this.at = found < 0 ? this.text.length : found + 1;
    this.budget.charge(this.at - begun);
  }

  /** Passes white space and comments, then what the pattern takes, which may be nothing. */
  #next(pattern: RegExp): string {
    const begun = this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const code = this.text.charCodeAt(this.at);
      if (code === PERCENT_SIGN) this.at = endOfLine(this.text, this.at);
      else if (!isWhiteSpace(code)) break;
    }
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    const end = pattern.lastIndex;
    const token = this.text.slice(this.at, end);
    this.at = end;
    this.budget.charge(this.at - begun + VALUE_WORK);
    return token;
  }
}

function endOfLine(text: string, begun: number): number {
  LINE.lastIndex = begun;
  LINE.test(text);
  return LINE.lastIndex;
}

function isWhiteSpace(code: number): boolean {
  return code <= 32 && (code === 32 || code === 10 || code === 13 || code === 9 || code === 12 || code === 0);
}
