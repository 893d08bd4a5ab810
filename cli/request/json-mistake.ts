/** Position of a JSON syntax error, and what is expected there. */
export interface JsonMistake {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The member it is in, such as `signers[1].emailAddress`; absent outside of all members. */
  readonly member?: string;
  readonly expected: string;
}

interface Frame {
  readonly end: '}' | ']';
  /** The current member or index. */
  place: string;
  index: number;
}

const EXPECTED = {
  value: 'a value',
  name: 'the name of a member in double quotes',
  colon: 'a colon',
  separator: 'a comma or the closing bracket',
  end: 'the end of the text',
  string: 'a closing double quote; a line break in a text is written \\n, and a backslash \\\\',
} as const;

const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)/uy;
const BLANKS = /[ \t\n\r]*/uy;
/** Other names may contain personal data, and are not repeated. */
const PLAIN_NAME = /^[A-Za-z]{1,40}$/u;

/**
 * Finds the mistake in a text that `JSON.parse` rejects. Its own message often has no position, and quotes the text,
 * which may contain an identity number.
 */
export function findJsonMistake(text: string): JsonMistake {
  const frames: Frame[] = [];
  let state: keyof typeof EXPECTED = 'value';
  let mayClose = false;
  let at = 0;
  for (;;) {
    at = endOf(BLANKS, text, at) ?? at;
    const token = text[at];
    const frame = frames.at(-1);
    if (frame !== undefined && token === frame.end && (mayClose || state === 'separator')) {
      frames.pop();
      at += 1;
      [state, mayClose] = [frames.length === 0 ? 'end' : 'separator', false];
    } else if (state === 'value' && (token === '{' || token === '[')) {
      frames.push({ end: token === '{' ? '}' : ']', place: token === '{' ? '' : '[0]', index: 0 });
      at += 1;
      [state, mayClose] = [token === '{' ? 'name' : 'value', true];
    } else if ((state === 'value' || state === 'name') && token === '"') {
      const string = readString(text, at);
      if (!string.closed) return mistakeAt(string.end, 'string');
      if (state === 'name' && frame !== undefined) frame.place = placeOf(text.slice(at + 1, string.end - 1));
      at = string.end;
      [state, mayClose] = [state === 'name' ? 'colon' : afterValue(), false];
    } else if (state === 'colon' && token === ':') {
      at += 1;
      state = 'value';
    } else if (state === 'separator' && token === ',' && frame !== undefined) {
      at += 1;
      frame.index += 1;
      frame.place = frame.end === '}' ? '' : `[${frame.index}]`;
      state = frame.end === '}' ? 'name' : 'value';
    } else {
      const end = state === 'value' ? endOf(LITERAL, text, at) : undefined;
      if (end === undefined) return mistakeAt(at, state);
      at = end;
      [state, mayClose] = [afterValue(), false];
    }
  }

  function afterValue(): 'end' | 'separator' {
    return frames.length === 0 ? 'end' : 'separator';
  }

  function mistakeAt(offset: number, missing: keyof typeof EXPECTED): JsonMistake {
    const lines = text.slice(0, offset).split('\n');
    const member = frames
      .map(({ place }) => place)
      .join('')
      .replace(/^\./u, '');
    const column = (lines.at(-1) ?? '').length + 1;
    return {
      line: lines.length,
      column,
      expected: EXPECTED[missing],
      ...(member !== '' && { member }),
    };
  }
}

function placeOf(name: string): string {
  return `.${PLAIN_NAME.test(name) ? name : '…'}`;
}

/** Character by character: a document as base64 is too long for a regular expression. */
function readString(text: string, start: number): { readonly end: number; readonly closed: boolean } {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') return { end: at + 1, closed: true };
    if (character < ' ') return { end: at, closed: false };
    if (character !== '\\') continue;
    const [escape] = /^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/u.exec(text.slice(at, at + 6)) ?? [];
    if (escape === undefined) return { end: at, closed: false };
    at += escape.length - 1;
  }
  return { end: text.length, closed: false };
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
