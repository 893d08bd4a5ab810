/** As far as the structure needs it: a name is a string with its slash; strings, booleans and `null` are undefined. */
export type PdfValue = number | string | undefined | PdfReference | PdfDictionary | PdfValue[];

/** Keys have their slash. */
export class PdfDictionary extends Map<string, PdfValue> {
  /** Where the bytes of its stream begin, for a dictionary that has one. */
  start?: number;
  /** False for an object of the file that is followed neither by its end nor by the next object. */
  isComplete = true;
}

/** Such as `7 0 R`. */
export class PdfReference {
  constructor(readonly number: number) {}
}

/** Ends the reading of a document: one clause that says what is wrong and what to do. */
export class PdfRefusal extends Error {}

const SPACE = '[\\0\\t\\n\\f\\r ]';
const REGULAR = '[^\\0\\t\\n\\f\\r ()<>[\\]{}/%]';
const GAP = `(?:${SPACE}|%[^\\r\\n]*[\\r\\n]){1,99}`;
const REFERENCE = `\\d+${GAP}\\d+${GAP}R(?!${REGULAR})`;
/** A comment, a bracket, a string in hexadecimal, a reference, or a name, number or keyword, which may be empty. */
const TOKEN = new RegExp(`${SPACE}*(%[^\\r\\n]*|<<|>>|[[\\](]|<[^>]*>?|${REFERENCE}|/?${REGULAR}*)`, 'y');

/** Reads values one after the other out of bytes as Latin-1. Spec: ISO 32000-1, 7.2 and 7.3. */
export class PdfSyntax {
  /** All that read one document share its budget, so that the verdict does not depend on the machine's load. */
  constructor(
    readonly text: string,
    readonly budget: { left: number },
    public at = 0,
  ) {}

  /** @throws PdfRefusal when the document needs more work than the bound */
  charge(work: number): void {
    this.budget.left -= work;
    if (this.budget.left >= 0) return;
    throw new PdfRefusal('is a PDF that takes too much work to read; export it again');
  }

  /** Gives `otherwise` for what cannot be read. @throws PdfRefusal */
  attempt<T, O>(read: () => T, otherwise: O): T | O {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.charge(500);
      return otherwise;
    }
  }

  /** The number of an object whose `n g obj` stands here, or undefined. */
  objectNumber(): number | undefined {
    const [number, generation, keyword] = [this.#next(), this.#next(), this.#next()];
    return keyword === 'obj' && /^\d+$/.test(number + generation) ? Number(number) : undefined;
  }

  /** True when this keyword stands here; then it is passed. */
  takes(keyword: string): boolean {
    const before = this.at;
    if (this.#next() === keyword) return true;
    this.at = before;
    return false;
  }

  /** An object's value, also with what follows a dictionary. @throws TypeError where there is none */
  objectValue(): PdfValue {
    const value = this.value();
    if (!(value instanceof PdfDictionary)) return value;
    if (this.takes('stream')) {
      if (this.text[this.at] === '\r') this.at += 1;
      if (this.text[this.at] === '\n') this.at += 1;
      value.start = this.at;
    } else value.isComplete = this.takes('endobj') || this.objectNumber() !== undefined;
    return value;
  }

  /** @throws TypeError where there is none */
  value(token = this.#next(), nesting = 0): PdfValue {
    if (nesting > 100) throw new TypeError('Values are nested too deep.');
    if (token === '[' || token === '<<') {
      this.charge(32);
      const [values, end] = [new Array<PdfValue>(), token === '[' ? ']' : '>>'];
      for (let next = this.#next(); next !== end; next = this.#next()) {
        values.push(this.value(next, nesting + 1));
      }
      if (token === '[') return values;
      const dictionary = new PdfDictionary();
      for (let index = 0; index < values.length; index += 2) {
        const key = values[index];
        if (typeof key !== 'string') throw new TypeError('A key of a dictionary is no name.');
        dictionary.set(key, values[index + 1]);
      }
      return dictionary;
    }
    if (token === '(') {
      for (let open = 1; open > 0 && this.at < this.text.length; this.at += 1) {
        this.charge(1);
        const character = this.text[this.at];
        if (character === '\\') this.at += 1;
        else if (character === '(') open += 1;
        else if (character === ')') open -= 1;
      }
    }
    if (/^(?:[(<]|(?:true|false|null)$)/.test(token)) return undefined;
    if (token.startsWith('/')) {
      if (token.includes('#')) this.charge(8 * token.length);
      return token.replace(/#([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    }
    if (/^\d+[\0\t\n\f\r %]/.test(token)) return new PdfReference(Number.parseInt(token));
    if (/^[+-]*[\d.]/.test(token)) return Number.parseFloat(token) || 0;
    throw new TypeError('There is no value.');
  }

  /** The next token behind white space and comments: empty before another delimiter and at the end. */
  #next(): string {
    for (;;) {
      TOKEN.lastIndex = this.at;
      const [passed, token = ''] = TOKEN.exec(this.text) ?? [''];
      this.at += passed.length;
      // A value takes memory besides its bytes.
      this.charge(passed.length + 8);
      if (!token.startsWith('%')) return token;
    }
  }
}

/** @throws TypeError for anything else than a whole number */
export function numberIn(value: PdfValue): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('No number.');
}
