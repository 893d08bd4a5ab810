import { isAbsolute, relative } from 'node:path';

/** A path as people read it: relative to the current folder where it lies in it, otherwise absolute. */
export function shownPath(path: string): string {
  const fromHere = relative('', path);
  if (fromHere === '') return '.';
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}
