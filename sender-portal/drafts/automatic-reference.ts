/** The reference of a job whose person gave none. */
export function automaticReferenceOf(id: string): string {
  return `P-${id.replaceAll('-', '').slice(0, 12)}`;
}

/** An own reference of this form could be that of a later job. */
export function isAutomaticReference(text: string): boolean {
  return /^P-[0-9a-f]{12}$/iu.test(text);
}
