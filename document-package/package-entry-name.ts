import type { Problem } from '@signering/schema';

// Letters of Norwegian and related alphabets that Unicode does not decompose into a base letter and a mark.
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['ø', 'o'],
  ['œ', 'oe'],
  ['ß', 'ss'],
  ['ð', 'd'],
  ['đ', 'd'],
  ['þ', 'th'],
  ['ł', 'l'],
]);
const SHORTEST = 4;
const LONGEST = 100;
const RESERVED = 'manifest.xml';

/** The signed manifest's name in a document package. */
export const MANIFEST_NAME = RESERVED;

/** Whether a document may have this name in a package that we write. Spec: posten-api, the document package. */
export function isPackageEntryName(name: string): boolean {
  return (
    name.length >= SHORTEST &&
    name.length <= LONGEST &&
    /^[a-z0-9][a-z0-9._-]*$/.test(name) &&
    name !== RESERVED
  );
}

/** Problems of entry names: each must have 4–100 characters and occur once. */
export function problemsOfEntryNames(documents: readonly { readonly name: string }[]): readonly Problem[] {
  if (documents.length === 0) return [{ path: 'documents', message: 'must hold at least one document' }];
  return documents.flatMap(({ name }, index) => {
    const path = `documents[${index}].name`;
    if (!isPackageEntryName(name)) {
      return [{ path, message: 'must have 4–100 characters of a–z 0–9 . _ - and not be manifest.xml' }];
    }
    const first = documents.findIndex((other) => other.name === name);
    return first < index ? [{ path, message: `is the same as documents[${first}].name` }] : [];
  });
}

/**
 * Makes entry names of file names or titles: only `a–z 0–9 . _ -`, 4–100 characters, unique, in the same order, with
 * their extension. Clients of the service encode names differently; these characters are the same in every encoding.
 * Deterministic.
 */
export function packageEntryNames(fileNames: readonly string[]): readonly string[] {
  const taken = new Set<string>([RESERVED]);
  return fileNames.map((fileName) => {
    const { stem, extension } = split(simplify(fileName));
    let name = compose(stem, extension, '');
    for (let copy = 2; taken.has(name); copy += 1) name = compose(stem, extension, `-${copy}`);
    taken.add(name);
    return name;
  });
}

function simplify(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/\p{Letter}/gu, (letter) => LETTERS.get(letter) ?? letter)
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/-(?=\.)|^[._-]+|[._-]+$/g, '');
}

function split(name: string): { readonly stem: string; readonly extension: string } {
  const extension = /\.[a-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - extension.length), extension };
}

function compose(stem: string, extension: string, copy: string): string {
  const room = LONGEST - extension.length - copy.length;
  const body = stem === '' ? 'document' : stem;
  const name = body.slice(0, room) + copy + extension;
  return name.length < SHORTEST ? `document-${name}` : name;
}
