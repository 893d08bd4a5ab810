import { Certificate } from 'pkijs';

/** One attribute of a certificate's subject. */
export interface SubjectAttribute {
  /** Object identifier. */
  readonly type: string;
  readonly value: string;
}

/** The attributes of a certificate's subject, in their order, from its DER bytes; none if these are no certificate. */
export function subjectOf(certificate: Uint8Array): readonly SubjectAttribute[] {
  try {
    return Certificate.fromBER(certificate).subject.typesAndValues.map(({ type, value }) => ({
      type,
      value: value.valueBlock.value,
    }));
  } catch {
    return [];
  }
}
