// The rules beyond the XML schema, which the service applies to every job. They are in this room because the client,
// which checks a request before it is stored, and signing-api, which sends the message, both need them and may not
// import each other.

/**
 * As much of a manifest as the rules of both flows look at. Every manifest is one; so is what can be made out of a
 * request that has other mistakes besides, hence the unknown values.
 */
export interface RuledManifest {
  readonly documents: readonly unknown[];
  readonly requiredAuthentication?: unknown;
  readonly identifierInSignedDocuments?: unknown;
}

/** Any object, before anything is known of its members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As much of a signer as the rules of both flows look at. */
export interface RuledSigner {
  /** Where it stands, such as `signers[2]`. */
  readonly path: string;
  /** Where the national identity number stands or would stand, such as `signers[2].personalIdentificationNumber`. */
  readonly pinPath: string;
  readonly isAddressedByPin: boolean;
  readonly signatureType?: unknown;
}
