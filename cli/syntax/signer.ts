import type { OnBehalfOf, Problem } from '../../schema/index.js';
import { readOnBehalfOf } from './on-behalf-of.js';
import { readSignerText } from './signer-text.js';

/** A signer of the portal flow as it was written on the command line. */
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
  if (text.trimStart().startsWith('id:')) {
    complain(
      'id: names a signer whom your own web site sends to sign: add --direct, or write pin:11DIGITS,email=…',
    );
    return {};
  }
  const fields = readSignerText({
    text,
    schemes: ['pin', 'email', 'mobile'],
    names: ['email', 'mobile', 'order', 'on-behalf-of'],
    syntax: SIGNER_SYNTAX,
    complain,
  });
  if (fields === undefined) return {};
  const { pin, email, mobile, order } = fields;
  if (order !== undefined && !/^\d$/u.test(order)) {
    complain('order= must be followed by a digit from 0 to 9');
  }
  return {
    ...(pin === undefined ? {} : { personalIdentificationNumber: pin }),
    ...(email === undefined ? {} : { emailAddress: email }),
    ...(mobile === undefined ? {} : { mobileNumber: mobile }),
    ...(order === undefined ? {} : { order: Number(order) }),
    ...readOnBehalfOf(fields, complain),
  };
}
