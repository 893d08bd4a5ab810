import type { KeyObject, X509Certificate } from 'node:crypto';

/**
 * Puts certificates from a file into the order of a chain: first the one that belongs to the private key, then its
 * issuer, and so on as far as they are there. Certificates that belong to another chain are left out.
 *
 * @returns an empty chain when none belongs to the key
 */
export function orderChain(
  privateKey: KeyObject,
  certificates: readonly X509Certificate[],
): readonly X509Certificate[] {
  let current = certificates.find((certificate) => certificate.checkPrivateKey(privateKey));
  const chain: X509Certificate[] = [];
  while (current !== undefined && !chain.includes(current)) {
    chain.push(current);
    const { issuer } = current;
    const below = current;
    current = certificates.find(
      (candidate) =>
        candidate.subject === issuer && below.checkIssued(candidate) && below.verify(candidate.publicKey),
    );
  }
  return chain;
}
