import { makeCsv } from '@signering/client';
import type { DraftContent, DraftSigner } from '../drafts/draft-content.js';
import { jobRequestOf, type DraftDocumentContent } from '../drafts/job-request.js';
import { LANGUAGES, TEXTS, type Language } from '../texts/index.js';

/** The columns of one signer whom the table says. */
interface SignerColumns {
  /** Absent: the draft identifies signers by contact information. */
  readonly number?: string;
  readonly emailAddress: string;
  readonly mobileNumber: string;
}

/** What the columns of a table are called. */
export interface BatchColumns {
  readonly reference: string;
  /** A signer of the draft without any detail is another one in each row. Absent: the same in all rows. */
  readonly signers: readonly (SignerColumns | undefined)[];
  /** Columns that the person's texts name in braces. */
  readonly ofTexts: readonly string[];
}

type ColumnName = 'reference' | 'number' | 'emailAddress' | 'mobileNumber';

const IN_BRACES = /\{\{([^{}]+?)\s*\??\s*\}\}/gu;

/**
 * The columns that a draft needs. A table may name them in any language of the portal.
 * @param header the names that the table has
 */
export function columnsOf(
  draft: DraftContent,
  documents: readonly { readonly title: string }[],
  { language, header = [] }: { readonly language: Language; readonly header?: readonly string[] },
): BatchColumns {
  const named = (name: ColumnName, number = 1): string => {
    const written = LANGUAGES.flatMap((one) => {
      const wanted = plainName(columnName(one, name, number));
      return header.filter((cell) => plainName(cell) === wanted);
    });
    return written[0] ?? columnName(language, name, number);
  };
  let number = 0;
  const signers = draft.signers.map((signer): SignerColumns | undefined => {
    if (!isEmpty(signer)) return undefined;
    number += 1;
    return {
      ...(draft.identifiedBy !== 'CONTACT_INFORMATION' && { number: named('number', number) }),
      emailAddress: named('emailAddress', number),
      mobileNumber: named('mobileNumber', number),
    };
  });
  const texts = [draft.title, draft.notificationText, draft.message, ...documents.map(({ title }) => title)];
  const ofTexts = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(IN_BRACES)].map(([, name = '']) => name.trim().normalize('NFC')),
    ),
  );
  const reference = named('reference');
  return { reference, signers, ofTexts: [...ofTexts].filter((name) => name !== reference) };
}

/** `E-post 2` is also written `epost2`. */
function plainName(column: string): string {
  return column.toLowerCase().replaceAll(/[\s_-]/gu, '');
}

/** As the example of the language names it; the second signer's columns end with 2. */
function columnName(language: Language, name: ColumnName, number: number): string {
  const column = TEXTS[language].batches.columns[name];
  return number === 1 ? column : `${column} ${number}`;
}

/** The column of mobile numbers that a table may have in the place of this column of email addresses. */
export function otherContactColumn(column: string): string | undefined {
  const [, name, number = ''] = /^(.*?)( \d+)?$/u.exec(column) ?? [];
  const own = LANGUAGES.map((one) => TEXTS[one].batches.columns).find((one) => one.emailAddress === name);
  return own && `${own.mobileNumber}${number}`;
}

function isEmpty({ number, emailAddress, mobileNumber }: DraftSigner): boolean {
  return `${number}${emailAddress}${mobileNumber}`.trim() === '';
}

/** Every column, in the order of the example. */
export function namesOf({ reference, signers, ofTexts }: BatchColumns): readonly string[] {
  const ofSigners = signers.flatMap((columns) =>
    columns === undefined ? [] : [columns.number ?? [], columns.emailAddress, columns.mobileNumber].flat(),
  );
  return [reference, ...ofSigners, ...ofTexts];
}

/** The request that each row fills. Documents are bytes: no text of a person or a table names a file of the server. */
export function templateOf(
  draft: DraftContent,
  documents: readonly DraftDocumentContent[],
  { columns, header }: { readonly columns: BatchColumns; readonly header: readonly string[] },
): Readonly<Record<string, unknown>> {
  const request = jobRequestOf(`{{${columns.reference}}}`, draft, documents);
  const has = (name: string): boolean => header.includes(name);
  const signers = request.signers.map((signer, index): unknown => {
    const ofTable = columns.signers[index];
    if (ofTable === undefined) return signer;
    const { number, emailAddress, mobileNumber } = ofTable;
    // One of the two is enough. The check of a row says what it lacks, and a table without both lacks the first.
    const onlyMobile = has(mobileNumber) && !has(emailAddress);
    const onlyEmail = !has(mobileNumber);
    return {
      ...(draft.inOrder && { order: index }),
      ...(draft.signers[index]?.onBehalfOf === 'OTHER' && { onBehalfOf: 'OTHER' }),
      ...(number !== undefined && { personalIdentificationNumber: `{{${number}}}` }),
      ...(!onlyMobile && { emailAddress: `{{${emailAddress}}}` }),
      ...(!onlyEmail && { mobileNumber: `{{${mobileNumber}}}` }),
    };
  });
  return { ...request, signers };
}

const HEAD_BYTES = 16 * 1024;

/** The names in the first line of a CSV file, as far as they can be read. The client reads the table itself. */
export function headerOf(table: Uint8Array): readonly string[] {
  const lines = Buffer.from(table.subarray(0, HEAD_BYTES))
    .toString('utf8')
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u);
  const line = lines.find((one) => one.trim() !== '' && !/^sep=.?$/iu.test(one.trim())) ?? '';
  const separator = [';', ',', '\t'].reduce((most, one) =>
    line.split(one).length > line.split(most).length ? one : most,
  );
  return line.split(separator).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/u, '$1')
      .replaceAll('""', '"')
      .trim()
      .normalize('NFC'),
  );
}

/** A table to fill in, with one row that shows the form. */
export function exampleOf(columns: BatchColumns, language: Language): string {
  const { example } = TEXTS[language].batches;
  const ofSigner = columns.signers.flatMap((signer) => (signer === undefined ? [] : [signer]));
  const values = new Map([
    [columns.reference, `${example}-1`],
    ...ofSigner.flatMap(({ emailAddress, mobileNumber }): [string, string][] => [
      [emailAddress, 'kari@example.com'],
      [mobileNumber, '91234567'],
    ]),
  ]);
  const names = namesOf(columns);
  return makeCsv([names, names.map((name) => values.get(name) ?? '')]);
}
