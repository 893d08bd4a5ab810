import { Certificate } from 'pkijs';

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
  const subject = subjectOf(certificate);
  return (
    onlyMatch(subject.get(ORGANIZATION_IDENTIFIER), /^NTRNO-(\d{9})$/) ??
    onlyMatch(subject.get(SERIAL_NUMBER), /^(\d{9})$/) ??
    onlyMatch(subject.get(COMMON_NAME), /^(\d{9})(?!\d)/)
  );
}

function subjectOf(certificate: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  try {
    for (const { type, value } of Certificate.fromBER(certificate).subject.typesAndValues) {
      values.set(type, [...(values.get(type) ?? []), value.valueBlock.value]);
    }
  } catch {
    values.clear();
  }
  return values;
}

// An attribute with several different values is ambiguous and therefore ignored.
function onlyMatch(values: readonly string[] = [], pattern: RegExp): string | undefined {
  const found = new Set(values.map((value) => pattern.exec(value)?.[1]));
  return found.size === 1 ? [...found][0] : undefined;
}
