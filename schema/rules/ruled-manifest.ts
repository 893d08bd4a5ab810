// Rules beyond the XML schema, which the service applies to every job. They are in this package because both the
// client (before storing a request) and signing-api (before sending a message) need them, and neither may import the
// other.

/**
 * The members of a manifest that the rules of both flows use. Values are unknown, because the rules also check
 * requests with other mistakes.
 */
export interface RuledManifest {
  readonly documents: readonly unknown[];
  readonly requiredAuthentication?: unknown;
  readonly identifierInSignedDocuments?: unknown;
}

/** True for any object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a signer that the rules of both flows use. */
export interface RuledSigner {
  /** Its path, such as `signers[2]`. */
  readonly path: string;
  /** Path of the national identity number, such as `signers[2].personalIdentificationNumber`. */
  readonly pinPath: string;
  readonly isAddressedByPin: boolean;
  readonly signatureType?: unknown;
}
