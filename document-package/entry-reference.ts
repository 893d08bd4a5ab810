/**
 * Finds the file that a URI in a manifest or signature refers to. Some clients write the plain name, others
 * form-encode it (a blank becomes `+`), so the plain name is tried first.
 *
 * @returns undefined if no file has that name
 */
export function fileNamed<File extends { readonly name: string }>(
  files: readonly File[],
  uri: string,
): File | undefined {
  const decoded = formDecode(uri);
  return files.find(({ name }) => name === uri) ?? files.find(({ name }) => name === decoded);
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
