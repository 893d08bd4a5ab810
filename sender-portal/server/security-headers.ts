/** The headers of every answer. Spec: OWASP, HTTP security response headers. */
export function commonHeaders(url: string): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'content-security-policy': PAGE_POLICY,
    ...(url.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

/** Nothing inline, nothing from other sites, no frame around the portal. The design system has its icons in `data:`. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A document of a person in our own frame. Not sandboxed: browsers' PDF viewers do not show sandboxed documents. */
export const DOCUMENT_HEADERS: Readonly<Record<string, string>> = {
  'x-frame-options': 'SAMEORIGIN',
  'content-security-policy': "default-src 'none'; script-src 'none'; frame-ancestors 'self'",
};
