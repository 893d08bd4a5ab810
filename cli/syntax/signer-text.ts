/** Members of a SIGNER text by name; the first one identifies the signer. */
export type SignerFields = Readonly<Record<string, string>>;

/** The argument of {@link readSignerText}. */
export interface SignerTextOptions {
  readonly text: string;
  /** Prefixes that identify a signer, such as `pin` in `pin:11DIGITS`. */
  readonly schemes: readonly string[];
  /** Names that may follow after commas, such as `email` in `,email=…`. */
  readonly names: readonly string[];
  /** The syntax, for error messages. */
  readonly syntax: string;
  /** Called for each mistake; messages never quote the text, which may contain an identity number. */
  readonly complain: (message: string) => void;
}

/** Splits `scheme:value[,name=value…]`; undefined if it does not begin with a scheme. */
export function readSignerText(options: SignerTextOptions): SignerFields | undefined {
  const { text, schemes, syntax, complain } = options;
  const [first = '', ...rest] = text.split(',').map((part) => part.trim());
  const colon = first.indexOf(':');
  const scheme = first.slice(0, Math.max(colon, 0));
  if (!schemes.includes(scheme) || colon === first.length - 1) {
    complain(`must be written ${syntax}`);
    return undefined;
  }
  const fields: Record<string, string> = { [scheme]: first.slice(colon + 1) };
  for (const part of rest) readPart(part, fields, options);
  if (fields['pin'] !== undefined && !/^\d{11}$/u.test(fields['pin'])) {
    complain('pin: must be followed by the 11 digits of a national identity number, without blanks');
  }
  return fields;
}

function readPart(
  part: string,
  fields: Record<string, string>,
  { names, complain }: Pick<SignerTextOptions, 'names' | 'complain'>,
): void {
  const equals = part.indexOf('=');
  const name = part.slice(0, Math.max(equals, 0));
  const value = part.slice(equals + 1);
  if (!names.includes(name)) {
    complain(`accepts only ${inWords(names)} after the first comma`);
  } else if (value === '') {
    complain(`${name}= must be followed by a value`);
  } else if (fields[name] !== undefined) {
    complain(`repeats ${name}`);
  } else {
    fields[name] = value;
  }
}

const WRITTEN: Readonly<Record<string, string>> = {
  email: 'email=…',
  mobile: 'mobile=…',
  order: 'order=N',
  register: 'register=EMAIL_AND_SMS',
  'signature-type': 'signature-type=…',
  'on-behalf-of': 'on-behalf-of=OTHER',
};

function inWords(names: readonly string[]): string {
  const written = names.map((name) => WRITTEN[name] ?? name);
  return written.length < 2 ? written.join('') : `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
}
