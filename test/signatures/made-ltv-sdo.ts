import type { SigningKey } from '@signering/signatures';
import {
  propertiesReference,
  signedProperties,
  signInPlace,
  unsignedSignature,
} from './made-xml-signature.js';

/** Parts of an LTV-SDO. */
export interface LtvSdoOptions {
  /** The service's key. */
  readonly key: SigningKey;
  /** The e-ID provider's key. */
  readonly assertionKey: SigningKey;
  /** Canonical form of both signatures. */
  readonly canonicalization: string;
  /** Whether the assertion is changed before the outer signature is made. */
  readonly damageAssertion?: boolean;
}

/**
 * A XAdES around an e-ID provider's own signed object, here a SAML assertion. The assertion is signed as a separate
 * document and embedded afterwards, under namespaces that inclusive canonical forms would include.
 */
export function ltvSdo({ key, assertionKey, canonicalization, damageAssertion }: LtvSdoOptions): string {
  const assertion = signedAssertion({ key: assertionKey, canonicalization });
  const embedded = damageAssertion === true ? assertion.replace('Kari Nordmann', 'Ola Nordmann') : assertion;
  const id = 'outer';
  const outer = {
    id,
    canonicalization,
    key,
    references: [{ uri: '#sdo' }, propertiesReference(id)],
    objects: `<ds:Object Id="sdo">${embedded}</ds:Object>${signedProperties({ id, key })}`,
  };
  return signInPlace(
    `<ltv:LtvSdo xmlns:ltv="urn:example:ltv-sdo" xmlns:other="urn:example:other">${unsignedSignature(outer)}</ltv:LtvSdo>`,
    outer,
  );
}

function signedAssertion(options: Pick<LtvSdoOptions, 'key' | 'canonicalization'>): string {
  const inner = { ...options, id: 'inner', references: [{ uri: '#assertion', isEnveloped: true }] };
  const signed = signInPlace(
    '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="assertion">' +
      '<saml:Issuer>https://eid.example</saml:Issuer><saml:Subject><saml:NameID>Kari Nordmann</saml:NameID>' +
      `</saml:Subject>${unsignedSignature(inner)}</saml:Assertion>`,
    inner,
  );
  return signed.replace(/^<\?xml[^>]*\?>\s*/u, '').trim();
}
