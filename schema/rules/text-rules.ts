import { containsNationalIdentityNumber } from '../national-identity-number.js';

/** What a text of a job must be. */
export interface TextRule {
  /** In characters, not in UTF-16 units, as XML Schema and JSON Schema count. */
  readonly shortest: number;
  readonly longest: number;
  /** Others than the signer read it, so it may hold no national identity number. */
  readonly open?: true;
}

/** Every free text of a job. Spec: portal.xsd and direct.xsd, the manifests; common.xsd, url. */
export const TEXT_RULES = {
  title: { shortest: 1, longest: 80 },
  nonsensitiveTitle: { shortest: 1, longest: 80, open: true },
  description: { shortest: 0, longest: 220 },
  documentTitle: { shortest: 1, longest: 80 },
  // As long as file systems allow: the document package has shorter names, which are made of these.
  documentName: { shortest: 1, longest: 255, open: true },
  pollingQueue: { shortest: 1, longest: 100, open: true },
  signerIdentifier: { shortest: 1, longest: 80, open: true },
  exitUrl: { shortest: 1, longest: 500, open: true },
} as const satisfies Readonly<Record<string, TextRule>>;

/** Spec: XML 1.0, production 2 (Char): nothing else can stand in a message, not even escaped. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Anything else than blanks and characters that show nothing, such as U+200E or the empty Braille pattern. */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Separator}\p{Control}\p{Format}\u{2800}]/u;

const SHOWS_NOTHING = /[\p{Default_Ignorable_Code_Point}\p{Format}]/gu;

/** The form that texts share which look alike: in NFC, with single blanks, and without characters that show nothing. */
export function asSeen(text: string): string {
  return text.normalize('NFC').replaceAll(SHOWS_NOTHING, '').replaceAll(/\s+/gu, ' ').trim();
}

/** Says what keeps a text from standing in a job, or nothing when it can. */
export function whatIsWrongWithText(text: string, { shortest, longest, open }: TextRule): string | undefined {
  const length = Array.from(text).length;
  if (length < shortest || length > longest) {
    return `must have ${shortest === 0 ? `at most ${longest}` : `${shortest} to ${longest}`} characters`;
  }
  if (NOT_IN_XML.test(text)) return 'must not hold control characters';
  if (shortest > 0 && !VISIBLE.test(text)) return 'must not be blank: nothing in it can be seen';
  return open === true && containsNationalIdentityNumber(text)
    ? 'must not hold a national identity number, because others can read it'
    : undefined;
}

/** Says what keeps a text from being a document's file name, or nothing when it is one. */
export function whatIsWrongWithDocumentName(name: string): string | undefined {
  if (/[/\\]/u.test(name)) return 'must be a file name without folders';
  return whatIsWrongWithText(name, TEXT_RULES.documentName);
}
