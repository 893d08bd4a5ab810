import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files and folders in a folder, itself included, that others than their owner may read, write or enter. */
export function openPaths(folder: string): readonly string[] {
  const paths = [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ];
  return paths.flatMap((path) => {
    const mode = (lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
    return (mode & 0o077) === 0 ? [] : [`${mode.toString(8)} ${path}`];
  });
}
