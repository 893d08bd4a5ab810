/**
 * The known signer statuses; `FAILED` in the direct flow only.
 * Spec: portal.xsd, portal-signature-status-value; direct.xsd, direct-signer-status-value.
 */
export const KNOWN_SIGNER_STATUSES = [
  'WAITING',
  'SIGNED',
  'REJECTED',
  'EXPIRED',
  'FAILED',
  'CANCELLED',
  'RESERVED',
  'CONTACT_INFORMATION_MISSING',
  'BLOCKED',
  'SIGNERS_NAME_NOT_AVAILABLE',
  'NOT_APPLICABLE',
] as const;

/** A signer status known to this release. Spec: as {@link KNOWN_SIGNER_STATUSES}. */
export type KnownSignerStatus = (typeof KNOWN_SIGNER_STATUSES)[number];

/** An open set: an unknown status is kept as text, and the job's own status decides. */
export type SignerStatus =
  { readonly kind: KnownSignerStatus } | { readonly kind: 'UNKNOWN'; readonly text: string };

/** Spec: portal.xsd, portal-signature-status-value: unknown values are logged, then ignored. */
export function parseSignerStatus(text: string): SignerStatus {
  const known = KNOWN_SIGNER_STATUSES.find((status) => status === text);
  return known === undefined ? { kind: 'UNKNOWN', text } : { kind: known };
}
