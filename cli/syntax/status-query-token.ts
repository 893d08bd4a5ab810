/** The query parameter that the service adds to every exit URL. */
const IN_A_QUERY = /(?:^|[?&])status_query_token=([^&#\s]+)/u;

/**
 * Extracts a status query token from a browser's address bar: the whole exit URL, or the encoded token. Undefined if
 * there is none.
 */
export function parseStatusQueryToken(text: string): string | undefined {
  const pasted = text.trim();
  const encoded = IN_A_QUERY.exec(pasted)?.[1] ?? (isAlone(pasted) ? pasted : undefined);
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // An invalid percent encoding: truncated, or not part of a URL.
    return undefined;
  }
}

/** Otherwise it is a URL without a token, or a sentence. */
function isAlone(text: string): boolean {
  return /^[^\s?&#:]+$/u.test(text);
}
