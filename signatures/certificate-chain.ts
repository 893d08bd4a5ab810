import type { X509Certificate } from 'node:crypto';

/**
 * Orders a file's certificates as a chain: the given one, its issuer, and so on as far as available. Certificates of
 * other chains are omitted. Of several issuers with the same name and key, the one with the latest expiry is used.
 */
export function orderChain(
  certificate: X509Certificate,
  certificates: readonly X509Certificate[],
): readonly X509Certificate[] {
  const latestFirst = certificates.toSorted((a, b) => Date.parse(b.validTo) - Date.parse(a.validTo));
  const chain: X509Certificate[] = [];
  let current: X509Certificate | undefined = certificate;
  while (current !== undefined && !chain.some(({ raw }) => current?.raw.equals(raw) === true)) {
    chain.push(current);
    const below: X509Certificate = current;
    current = latestFirst.find(
      (candidate) =>
        candidate.subject === below.issuer &&
        below.checkIssued(candidate) &&
        below.verify(candidate.publicKey),
    );
  }
  return chain;
}
