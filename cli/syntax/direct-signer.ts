import type { ChosenSigner } from '@signering/client';
import type { OnBehalfOf, Problem, SignatureType } from '@signering/schema';
import { readSignerChoices } from './signer-choices.js';
import { readSignerText } from './signer-text.js';

/** A direct signer on the command line: identified by exactly one of the two. */
export interface WrittenDirectSigner {
  readonly personalIdentificationNumber?: string;
  /** The sender's own name for the signer. */
  readonly signerIdentifier?: string;
  readonly onBehalfOf?: OnBehalfOf;
  readonly signatureType?: SignatureType;
}

/** Syntax of a direct signer. */
const DIRECT_SIGNER_SYNTAX = 'id:YOUR-IDENTIFIER[,on-behalf-of=OTHER][,signature-type=…] or pin:11DIGITS[,…]';

// Prefixes of portal signers only.
const BY_CONTACT_INFORMATION = /^\s*(?:email|mobile):/u;
const NOTIFIED_OR_ORDERED = /,\s*(email|mobile|register|order)=/u;

/** Parses SIGNER texts of a direct job, numbered from `--signer 1`; messages quote nothing. */
export function parseDirectSigners(texts: readonly string[]): {
  readonly signers: readonly WrittenDirectSigner[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const signers = texts.map((text, index) => {
    const path = `--signer ${index + 1}`;
    return parseDirectSigner(text, (message) => problems.push({ path, message }));
  });
  return { signers, problems };
}

function parseDirectSigner(text: string, complain: (message: string) => void): WrittenDirectSigner {
  if (BY_CONTACT_INFORMATION.test(text)) {
    complain(`cannot be identified by contact information with --direct: write ${DIRECT_SIGNER_SYNTAX}`);
    return {};
  }
  const [, portalOnly] = NOTIFIED_OR_ORDERED.exec(text) ?? [];
  if (portalOnly !== undefined) {
    complain(
      portalOnly === 'order'
        ? 'order= belongs to the portal flow: with --direct your web site decides the order'
        : `${portalOnly}= belongs to the portal flow: with --direct the service notifies no signer`,
    );
    return {};
  }
  const fields = readSignerText({
    text,
    schemes: ['id', 'pin'],
    names: ['on-behalf-of', 'signature-type'],
    syntax: DIRECT_SIGNER_SYNTAX,
    complain,
  });
  if (fields === undefined) return {};
  const { id, pin } = fields;
  return {
    ...(id === undefined ? {} : { signerIdentifier: id }),
    ...(pin === undefined ? {} : { personalIdentificationNumber: pin }),
    ...readSignerChoices(fields, complain),
  };
}

/**
 * Parses the choice of a job's signer: a number, `id:…` or `pin:…`. Returns the client's argument, or undefined if it
 * is none of these.
 */
export function parseSignerChoice(text: string): ChosenSigner | undefined {
  if (/^[1-9]\d?$/u.test(text)) return { signer: Number(text) };
  const [, identifier] = /^id:(.+)$/u.exec(text) ?? [];
  const [, pin] = /^pin:(\d{11})$/u.exec(text) ?? [];
  if (identifier !== undefined) return { signerIdentifier: identifier };
  return pin === undefined ? undefined : { personalIdentificationNumber: pin };
}
