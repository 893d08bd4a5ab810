/** The query parameter that the service adds to every exit URL. */
const IN_A_QUERY = /(?:^|[?&])status_query_token=([^&#\s]+)/u;

/**
 * Reads a status query token out of what stands in a browser's address bar: the whole exit URL, or the token cut out
 * of it, still encoded as it stands there. Answers nothing when there is none in it.
 */
export function parseStatusQueryToken(text: string): string | undefined {
  const pasted = text.trim();
  const encoded = IN_A_QUERY.exec(pasted)?.[1] ?? (isAlone(pasted) ? pasted : undefined);
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // A percent sign that encodes nothing: cut off in the middle, or no part of an address at all.
    return undefined;
  }
}

/** Otherwise it is an address without a token, or a sentence. */
function isAlone(text: string): boolean {
  return /^[^\s?&#:]+$/u.test(text);
}
