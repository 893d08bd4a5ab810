import { isAbsolute, relative } from 'node:path';

/** A path for people: relative to the working directory if inside it, otherwise absolute. */
export function shownPath(path: string): string {
  const fromHere = relative('', path);
  if (fromHere === '') return '.';
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}
