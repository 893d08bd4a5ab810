/** Writes a place in a request as programmers do: `signers[2].emailAddress`. */
export function problemPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./u, '');
  return text === '' ? 'request' : text;
}
