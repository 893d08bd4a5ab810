import { containsNationalIdentityNumber } from '../national-identity-number.js';

/** Rule for a text of a job. */
export interface TextRule {
  /** In characters, not UTF-16 units, as in XML Schema and JSON Schema. */
  readonly shortest: number;
  readonly longest: number;
  /** Visible to others than the signer, so it must not contain a national identity number. */
  readonly open?: true;
}

/** Every free text of a job. Spec: portal.xsd and direct.xsd, the manifests; common.xsd, url. */
export const TEXT_RULES = {
  title: { shortest: 1, longest: 80 },
  nonsensitiveTitle: { shortest: 1, longest: 80, open: true },
  description: { shortest: 0, longest: 220 },
  documentTitle: { shortest: 1, longest: 80 },
  // The limit of file systems. Entry names in the document package are shorter and derived from it.
  documentName: { shortest: 1, longest: 255, open: true },
  pollingQueue: { shortest: 1, longest: 100, open: true },
  signerIdentifier: { shortest: 1, longest: 80, open: true },
  exitUrl: { shortest: 1, longest: 500, open: true },
} as const satisfies Readonly<Record<string, TextRule>>;

/** Spec: XML 1.0, production 2 (Char): other characters cannot occur in a message, not even escaped. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Any character other than blanks and invisible ones, such as U+200E or the empty Braille pattern. */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Separator}\p{Control}\p{Format}\u{2800}]/u;

const SHOWS_NOTHING = /[\p{Default_Ignorable_Code_Point}\p{Format}]/gu;

/** Normal form of texts that look alike: NFC, single blanks, no invisible characters. */
export function asSeen(text: string): string {
  return text.normalize('NFC').replaceAll(SHOWS_NOTHING, '').replaceAll(/\s+/gu, ' ').trim();
}

/** Why a text cannot be used in a job; undefined if it can. */
export function whatIsWrongWithText(text: string, { shortest, longest, open }: TextRule): string | undefined {
  const length = Array.from(text).length;
  if (length < shortest || length > longest) {
    return `must have ${shortest === 0 ? `at most ${longest}` : `${shortest} to ${longest}`} characters`;
  }
  if (NOT_IN_XML.test(text)) return 'must not contain control characters';
  if (shortest > 0 && !VISIBLE.test(text)) return 'must not be blank: it has no visible character';
  return open === true && containsNationalIdentityNumber(text)
    ? 'must not contain a national identity number, because others can read it'
    : undefined;
}

/** Why a text is not a valid file name of a document; undefined if it is. */
export function whatIsWrongWithDocumentName(name: string): string | undefined {
  if (/[/\\]/u.test(name)) return 'must be a file name without folders';
  return whatIsWrongWithText(name, TEXT_RULES.documentName);
}
