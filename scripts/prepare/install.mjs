// Installs the packages of package-lock.json unless they are installed.
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.mjs';
import { runLongStep } from './long-step.mjs';

const NODE_MODULES = join(CHECKOUT, 'node_modules');

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** True if every package of the lock file is installed in that version. */
export function isInstalled({ lockFile, installedFile }) {
  // npm writes this file last: after an interrupted installation it does not exist.
  if (!existsSync(installedFile)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(lockFile)).every(([path, wanted]) => {
    // Optional packages are for other operating systems.
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
    // npm would empty the link's target, which may belong to another checkout.
    throw new Error(
      'node_modules is a link to a folder that does not match package-lock.json: run `npm ci` in that folder, or remove the link.',
    );
  }
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  await runLongStep({
    what: 'Installing packages (npm ci)',
    command,
    args: [...first, 'ci', '--no-audit', '--no-fund'],
    next: 'See the lines above; usually the package registry cannot be reached.',
  });
}
