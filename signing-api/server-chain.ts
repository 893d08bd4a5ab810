/** What is wrong with the chain of a server's certificate, by the code of Node's TLS, in words about that server. */
export function whatIsWrongWithChain(code: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate, or one above it, has expired';
    case 'CERT_NOT_YET_VALID':
      return "its certificate, or one above it, is not valid yet, unless this machine's clock is wrong";
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'it has issued its certificate itself';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its certificate leads to no trusted authority';
    default:
      return `its certificate does not hold (${code})`;
  }
}
