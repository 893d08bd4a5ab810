// Installs the packages of package-lock.json when they are not what is installed.
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.mjs';
import { runLongStep } from './long-step.mjs';

const NODE_MODULES = join(CHECKOUT, 'node_modules');

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** True when every package that the lock file wants is there in that version. */
export function isInstalled({ lockFile, installedFile }) {
  // npm writes this file as the last act of an installation: one that was interrupted has none.
  if (!existsSync(installedFile)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(lockFile)).every(([path, wanted]) => {
    // Optional packages are those of other operating systems.
    if (path === '' || wanted.optional === true || wanted.devOptional === true) return true;
    return installed[path]?.version === wanted.version;
  });
}

/** Runs `npm ci` when the installed packages differ from package-lock.json. */
export async function installPackages() {
  const lockFile = join(CHECKOUT, 'package-lock.json');
  const installedFile = join(NODE_MODULES, '.package-lock.json');
  if (isInstalled({ lockFile, installedFile })) return;
  if (lstatSync(NODE_MODULES, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    // npm would empty the folder behind the link, which may belong to another checkout.
    throw new Error(
      'node_modules is a link to a folder that does not hold what package-lock.json names: run `npm ci` where it leads to, or remove the link.',
    );
  }
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  await runLongStep({
    what: 'Installing packages (npm ci)',
    command,
    args: [...first, 'ci', '--no-audit', '--no-fund'],
    next: 'Look at the lines above; most often the package registry could not be reached.',
  });
}
