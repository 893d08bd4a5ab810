/**
 * Finds the file that a URI in a manifest or signature means. Some clients write the name as it is, some form-encode
 * it (a blank becomes `+`), so the name itself goes first.
 *
 * @param files in which to look
 * @returns undefined where no file has that name
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
