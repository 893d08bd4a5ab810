import { ON_BEHALF_OF, type OnBehalfOf, type Problem } from '../../schema/index.js';

/** A signer as it was written on the command line. */
export interface WrittenSigner {
  readonly personalIdentificationNumber?: string;
  readonly emailAddress?: string;
  readonly mobileNumber?: string;
  readonly order?: number;
  readonly onBehalfOf?: OnBehalfOf;
}

/** How a signer is written; said in every error, because the text itself may hold an identity number. */
export const SIGNER_SYNTAX =
  'pin:11DIGITS[,email=…][,mobile=…][,order=N][,on-behalf-of=OTHER], email:ADDRESS[,…] or mobile:NUMBER[,…]';

const WHO = {
  pin: 'personalIdentificationNumber',
  email: 'emailAddress',
  mobile: 'mobileNumber',
} as const;

type Fields = Record<string, string>;

/**
 * Reads SIGNER texts, the first of them as `--signer 1`. Mistakes are named by place and never quote what stands
 * there.
 */
export function parseSigners(texts: readonly string[]): {
  readonly signers: readonly WrittenSigner[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const signers = texts.map((text, index) => {
    const path = `--signer ${index + 1}`;
    return parseSigner(text, (message) => problems.push({ path, message }));
  });
  return { signers, problems };
}

function parseSigner(text: string, complain: (message: string) => void): WrittenSigner {
  const [first = '', ...rest] = text.split(',').map((part) => part.trim());
  const colon = first.indexOf(':');
  const scheme = first.slice(0, Math.max(colon, 0));
  if (!isScheme(scheme) || colon === first.length - 1) {
    complain(`must be written ${SIGNER_SYNTAX}`);
    return {};
  }
  const fields: Fields = { [scheme]: first.slice(colon + 1) };
  for (const part of rest) readField(part, fields, complain);
  if (fields['pin'] !== undefined && !/^\d{11}$/u.test(fields['pin'])) {
    complain('pin: must be followed by the 11 digits of a national identity number, without blanks');
  }
  return {
    ...(fields['pin'] === undefined ? {} : { [WHO.pin]: fields['pin'] }),
    ...(fields['email'] === undefined ? {} : { [WHO.email]: fields['email'] }),
    ...(fields['mobile'] === undefined ? {} : { [WHO.mobile]: fields['mobile'] }),
    ...orderOf(fields, complain),
    ...onBehalfOf(fields, complain),
  };
}

function isScheme(text: string): text is keyof typeof WHO {
  return Object.hasOwn(WHO, text);
}

function readField(part: string, fields: Fields, complain: (message: string) => void): void {
  const equals = part.indexOf('=');
  const name = part.slice(0, Math.max(equals, 0));
  const value = part.slice(equals + 1);
  if (!['email', 'mobile', 'order', 'on-behalf-of'].includes(name)) {
    complain(
      'may say email=…, mobile=…, order=N and on-behalf-of=OTHER after the first comma, and nothing else',
    );
  } else if (value === '') {
    complain(`${name}= must be followed by a value`);
  } else if (fields[name] !== undefined) {
    complain(`says ${name} twice`);
  } else {
    fields[name] = value;
  }
}

function orderOf(fields: Fields, complain: (message: string) => void): { order?: number } {
  const { order } = fields;
  if (order === undefined) return {};
  if (!/^\d$/u.test(order)) complain('order= must be followed by a digit from 0 to 9');
  return { order: Number(order) };
}

function onBehalfOf(fields: Fields, complain: (message: string) => void): { onBehalfOf?: OnBehalfOf } {
  const text = fields['on-behalf-of'];
  if (text === undefined) return {};
  const known = ON_BEHALF_OF.find((one) => one === text);
  if (known === undefined) complain('on-behalf-of= must be followed by SELF or OTHER');
  return known === undefined ? {} : { onBehalfOf: known };
}
