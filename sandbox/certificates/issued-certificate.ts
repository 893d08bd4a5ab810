import forge from 'node-forge';
import type { KeyAndCertificate } from './issue-certificate.js';

/** A certificate that the sandbox's authority has issued, with its private key. */
export interface IssuedCertificate extends KeyAndCertificate {
  /** From the certificate itself up to the root, as TLS and signatures want them. */
  readonly chainPem: string;
  /** The same key and chain as a PKCS#12 file, encrypted with AES-256: read by OpenSSL 3, Node and node-forge. */
  pkcs12(options: { readonly password: string }): Buffer;
}

/** Few: passwords of test certificates are random or known, and node-forge computes each round in JavaScript. */
const KEY_DERIVATION_ROUNDS = 100;

/** Adds the issuers to a new certificate, the nearest first. */
export function withChain(issued: KeyAndCertificate, authoritiesPem: readonly string[]): IssuedCertificate {
  const chain = [issued.certificatePem, ...authoritiesPem];
  return {
    ...issued,
    chainPem: chain.join(''),
    pkcs12: ({ password }) => pkcs12Of(issued.privateKeyPem, chain, password),
  };
}

function pkcs12Of(privateKeyPem: string, chainPem: readonly string[], password: string): Buffer {
  const file = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(privateKeyPem),
    chainPem.map((pem) => forge.pki.certificateFromPem(pem)),
    password,
    {
      algorithm: 'aes256',
      friendlyName: 'signering',
      generateLocalKeyId: true,
      count: KEY_DERIVATION_ROUNDS,
    },
  );
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'latin1');
}
