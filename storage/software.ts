import { readFileSync } from 'node:fs';

/** A program and its version, without machine names. */
export interface Software {
  /** `signering-workflows`. */
  readonly name: string;
  /** Such as `0.1.0`. */
  readonly version: string;
}

const PACKAGE = new URL('../package.json', import.meta.url);

/** The release that this process runs; all packages of a release have one version. */
export const SOFTWARE: Software = {
  name: 'signering-workflows',
  version: (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string }).version,
};
