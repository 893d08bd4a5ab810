import type { ProblemReason } from '@signering/schema';

/**
 * PDF values as far as the structure needs them: names are strings with their slash; strings, booleans and `null` are
 * undefined.
 */
export type PdfValue = number | string | undefined | PdfReference | PdfDictionary | PdfValue[];

/** Keys include their slash. */
export class PdfDictionary extends Map<string, PdfValue> {
  /** Where its stream's bytes begin, if it has a stream. */
  start?: number;
  /** False for an indirect object that is followed by neither its end nor the next object. */
  isComplete = true;
}

/** A reference such as `7 0 R`. */
export class PdfReference {
  constructor(readonly number: number) {}
}

/** Ends the reading of a document. The message is one clause with the problem and the next step. */
export class PdfRefusal extends Error {
  constructor(
    readonly reason: ProblemReason,
    message: string,
  ) {
    super(message);
  }
}

const SPACE = '[\\0\\t\\n\\f\\r ]';
const REGULAR = '[^\\0\\t\\n\\f\\r ()<>[\\]{}/%]';
const GAP = `(?:${SPACE}|%[^\\r\\n]*[\\r\\n]){1,99}`;
const REFERENCE = `\\d+${GAP}\\d+${GAP}R(?!${REGULAR})`;
/** A comment, bracket, hexadecimal string, reference, or a possibly empty name, number or keyword. */
const TOKEN = new RegExp(`${SPACE}*(%[^\\r\\n]*|<<|>>|[[\\](]|<[^>]*>?|${REFERENCE}|/?${REGULAR}*)`, 'y');

/** Reads consecutive values from bytes as Latin-1. Spec: ISO 32000-1, 7.2 and 7.3. */
export class PdfSyntax {
  /** All readers of a document share its budget, so the verdict does not depend on machine load. */
  constructor(
    readonly text: string,
    readonly budget: { left: number },
    public at = 0,
  ) {}

  /** @throws PdfRefusal when the document needs more work than the limit */
  charge(work: number): void {
    this.budget.left -= work;
    if (this.budget.left >= 0) return;
    throw new PdfRefusal('PDF_TOO_COMPLEX', 'is a PDF that takes too much work to read; export it again');
  }

  /** Returns `otherwise` if reading fails. @throws PdfRefusal */
  attempt<T, O>(read: () => T, otherwise: O): T | O {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.charge(500);
      return otherwise;
    }
  }

  /** The object number of `n g obj` at this position, or undefined. */
  objectNumber(): number | undefined {
    const [number, generation, keyword] = [this.#next(), this.#next(), this.#next()];
    return keyword === 'obj' && /^\d+$/.test(number + generation) ? Number(number) : undefined;
  }

  /** Consumes a keyword at this position; returns whether it was there. */
  takes(keyword: string): boolean {
    const before = this.at;
    if (this.#next() === keyword) return true;
    this.at = before;
    return false;
  }

  /** An indirect object's value, including the start of a stream. @throws TypeError if there is none */
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

  /** @throws TypeError if there is none */
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

  /** The next token after white space and comments: empty before another delimiter and at the end. */
  #next(): string {
    for (;;) {
      TOKEN.lastIndex = this.at;
      const [passed, token = ''] = TOKEN.exec(this.text) ?? [''];
      this.at += passed.length;
      // Accounts for a value's memory besides its bytes.
      this.charge(passed.length + 8);
      if (!token.startsWith('%')) return token;
    }
  }
}

/** @throws TypeError unless it is a non-negative integer */
export function numberIn(value: PdfValue): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('No number.');
}
