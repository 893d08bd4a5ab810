import type { X509Certificate } from 'node:crypto';

/**
 * Puts certificates from a file into the order of a chain: first the given one, then its issuer, and so on as far as
 * they are there. Certificates that belong to another chain are left out. Of several issuers with the same name and
 * key, the one that is valid longest is taken.
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
