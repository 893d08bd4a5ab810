import { subjectOf, type SubjectAttribute } from './certificate-subject.js';

const ORGANIZATION_IDENTIFIER = '2.5.4.97';
const SERIAL_NUMBER = '2.5.4.5';
const COMMON_NAME = '2.5.4.3';

/**
 * The nine-digit organisation number that a certificate was issued to, from its DER bytes; undefined if it has none,
 * is contradictory, or is not a certificate. Never nine digits of a longer number.
 *
 * Spec: SEID 2 (2.5.4.97 as `NTRNO-#########`), else SEID 1 (2.5.4.5), else a common name that begins with the
 * number.
 */
export function organizationNumberOf(certificate: Uint8Array): string | undefined {
  return organizationNumberIn(subjectOf(certificate));
}

/** As {@link organizationNumberOf}, from the subject of a certificate. */
export function organizationNumberIn(subject: readonly SubjectAttribute[]): string | undefined {
  const valuesOf = (wanted: string) =>
    subject.filter(({ type }) => type === wanted).map(({ value }) => value);
  return (
    onlyMatch(valuesOf(ORGANIZATION_IDENTIFIER), /^NTRNO-(\d{9})$/) ??
    onlyMatch(valuesOf(SERIAL_NUMBER), /^(\d{9})$/) ??
    onlyMatch(valuesOf(COMMON_NAME), /^(\d{9})(?!\d)/)
  );
}

// An attribute with several different values is ambiguous and therefore ignored.
function onlyMatch(values: readonly string[], pattern: RegExp): string | undefined {
  const found = new Set(values.map((value) => pattern.exec(value)?.[1]));
  return found.size === 1 ? [...found][0] : undefined;
}
