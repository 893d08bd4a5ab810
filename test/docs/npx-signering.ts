import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNERING_COMMAND } from '../../cli/local-stack/index.js';

/** Makes a folder for the PATH in which `npx signering` is the command of this checkout. */
export function folderWithNpxSignering(parent: string): string {
  const bin = join(parent, 'bin');
  mkdirSync(bin);
  const npx = join(bin, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = signering ] && shift && exec "${process.execPath}" "${SIGNERING_COMMAND}" "$@"\n`,
  );
  chmodSync(npx, 0o755);
  return bin;
}
