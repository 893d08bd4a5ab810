import type { OnBehalfOf, Problem, SignatureType } from '@signering/schema';
import { readSignerChoices } from './signer-choices.js';
import { readSignerText } from './signer-text.js';

/** A portal signer on the command line. */
export interface WrittenSigner {
  readonly personalIdentificationNumber?: string;
  readonly emailAddress?: string;
  readonly mobileNumber?: string;
  readonly useContactRegister?: 'EMAIL' | 'EMAIL_AND_SMS';
  readonly order?: number;
  readonly onBehalfOf?: OnBehalfOf;
  readonly signatureType?: SignatureType;
}

// Notification of a signer who is looked up in the national contact register.
const REGISTER_NOTIFICATIONS = ['EMAIL', 'EMAIL_AND_SMS'] as const;

/** Syntax of a signer. Every error includes it, because the text itself may contain an identity number. */
const SIGNER_SYNTAX =
  'pin:11DIGITS[,email=…][,mobile=…][,register=EMAIL_AND_SMS][,order=N][,on-behalf-of=OTHER][,signature-type=…], ' +
  'email:ADDRESS[,…] or mobile:NUMBER[,…]';

/** Parses SIGNER texts, numbered from `--signer 1`. Messages name the position and never quote the text. */
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
    complain('id: identifies a signer in the direct flow: add --direct, or write pin:11DIGITS,email=…');
    return {};
  }
  const fields = readSignerText({
    text,
    schemes: ['pin', 'email', 'mobile'],
    names: ['email', 'mobile', 'register', 'order', 'on-behalf-of', 'signature-type'],
    syntax: SIGNER_SYNTAX,
    complain,
  });
  if (fields === undefined) return {};
  const { pin, email, mobile, order, register } = fields;
  const useContactRegister = REGISTER_NOTIFICATIONS.find((one) => one === register);
  if (register !== undefined && useContactRegister === undefined) {
    complain(`register= must be followed by ${REGISTER_NOTIFICATIONS.join(' or ')}`);
  }
  if (order !== undefined && !/^\d$/u.test(order)) {
    complain('order= must be followed by a digit from 0 to 9');
  }
  return {
    ...(pin === undefined ? {} : { personalIdentificationNumber: pin }),
    ...(email === undefined ? {} : { emailAddress: email }),
    ...(mobile === undefined ? {} : { mobileNumber: mobile }),
    ...(order === undefined ? {} : { order: Number(order) }),
    ...(useContactRegister === undefined ? {} : { useContactRegister }),
    ...readSignerChoices(fields, complain),
  };
}
