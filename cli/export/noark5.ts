import { createHash } from 'node:crypto';
import { create } from 'xmlbuilder2';
import type { ArchivedMetadata, Receipt } from '@signering/storage';

/** What a job's archive folder says of it. */
export interface ArchivedDescription {
  readonly receipt: Receipt;
  /** Absent where it was erased. */
  readonly metadata?: ArchivedMetadata | undefined;
}

type ArchivedFile = Receipt['received'][number];

const NAMESPACE = 'http://www.arkivverket.no/standarder/noark5/arkivstruktur';

/** The service's default where a request demands none. Spec: functional specification, security level. */
const DEFAULT_LEVEL = 4;

/** Spec: Noark 5, metadata catalogue, M507. */
const SECURITY_LEVELS: Readonly<Record<number | string, string>> = {
  3: 'Sendt med PKI/"person standard"-sertifikat',
  4: 'Sendt med PKI/"person høy"-sertifikat',
};

/** Spec: Noark 5, metadata catalogue, M508. */
const VERIFIED = 'Signatur påført og verifisert';
const NOT_VERIFIED = 'Signatur påført, ikke verifisert';

/**
 * Describes the signed documents of a job as a `dokumentbeskrivelse` of Noark 5, with `elektroniskSignatur` for the whole and
 * for each file. The texts of its values are those of the metadata catalogue, in Norwegian. The same archive folder gives the
 * same text. Spec: Noark 5.0 and later, arkivstruktur.xsd.
 */
export function noark5Description({ receipt, metadata }: ArchivedDescription): string {
  const { organizationNumber, reference, createdAt, archivedAt, received } = receipt;
  const signed = received.find(({ name }) => name === 'signed.pdf');
  const files = received.map((file) => describeFile(file, { receipt, metadata }));
  const description = {
    systemID: systemIdOf(receipt, 'dokumentbeskrivelse'),
    dokumenttype: 'Signert dokument',
    dokumentstatus: 'Dokumentet er ferdigstilt',
    tittel: metadata?.title ?? reference,
    opprettetDato: createdAt,
    opprettetAv: organizationNumber,
    dokumentmedium: 'Elektronisk arkiv',
    tilknyttetRegistreringSom: 'Hoveddokument',
    dokumentnummer: 1,
    tilknyttetDato: archivedAt,
    tilknyttetAv: organizationNumber,
    // The signed PDF stands for the whole; a job that was rejected by one signer may have XAdES files only.
    elektroniskSignatur: describeSignature(signed === undefined ? received : [signed], { receipt, metadata }),
    dokumentobjekt: files,
  };
  return `${create({ encoding: 'UTF-8' })
    .ele(NAMESPACE, 'dokumentbeskrivelse')
    .ele(description)
    .up()
    .end({ prettyPrint: true })}\n`;
}

function describeFile(file: ArchivedFile, described: ArchivedDescription) {
  const { name, sha256, size } = file;
  const { receipt, metadata } = described;
  const level = metadata?.verification?.documents.find((one) => one.sha256 === sha256)?.pdfaLevel;
  const isPdf = name.endsWith('.pdf');
  return {
    systemID: systemIdOf(receipt, name),
    versjonsnummer: 1,
    variantformat: level === undefined ? 'Produksjonsformat' : 'Arkivformat',
    format: isPdf ? (level === undefined ? 'PDF' : 'PDF/A') : 'XML',
    ...(isPdf ? level !== undefined && { formatDetaljer: `PDF/A-${level}` } : { formatDetaljer: 'XAdES' }),
    opprettetDato: receipt.archivedAt,
    opprettetAv: `${receipt.software.name} ${receipt.software.version}`,
    referanseDokumentfil: name,
    sjekksum: sha256,
    sjekksumAlgoritme: 'SHA-256',
    filstoerrelse: size,
    elektroniskSignatur: describeSignature([file], described),
  };
}

/** Verified where no check of a file has left anything open. */
function describeSignature(
  files: readonly ArchivedFile[],
  { receipt, metadata }: ArchivedDescription,
): Readonly<Record<string, string>> {
  const { verifiedAt, verifiedBy } = metadata?.verification ?? {
    verifiedAt: receipt.archivedAt,
    verifiedBy: receipt.software,
  };
  const level = metadata === undefined ? 'ukjent' : (metadata.requiredAuthentication ?? DEFAULT_LEVEL);
  const isVerified = files.every(({ check }) => check.result === 'INTACT');
  return {
    elektroniskSignaturSikkerhetsnivaa: SECURITY_LEVELS[level] ?? `Sikkerhetsnivå ${level}`,
    elektroniskSignaturVerifisert: isVerified ? VERIFIED : NOT_VERIFIED,
    verifisertDato: dayOf(verifiedAt),
    verifisertAv: `${verifiedBy.name} ${verifiedBy.version}, ${receipt.organizationNumber}`,
  };
}

/** The day in Norway, `2026-03-02`. */
function dayOf(moment: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short' }).format(
    new Date(moment),
  );
}

/** The same UUID for the same part of the same job. Spec: RFC 9562, 5.8, UUID version 8. */
function systemIdOf({ organizationNumber, signatureJobId }: Receipt, part: string): string {
  const digest = createHash('sha256')
    .update([organizationNumber, signatureJobId, part].join('\n'))
    .digest('hex');
  const variant = (8 + (Number.parseInt(digest.slice(16, 17), 16) % 4)).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
