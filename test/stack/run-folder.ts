import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftover, processIdentity } from '../../cli/local-stack/index.js';

const PREFIX = 'signering-test-run-';
let runFolder: string | undefined;
let counter = 0;

/** A fresh folder for a test; all of them go when the run ends. */
export function freshFolder(name: string): string {
  runFolder ??= startRunFolder();
  counter += 1;
  const folder = join(runFolder, `${counter}-${name}`);
  mkdirSync(folder);
  return folder;
}

function startRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(ownerFileOf(folder), JSON.stringify([process.pid, processIdentity(process.pid)]));
  return folder;
}

/** Removes the run's folder, with everything that tests left there. */
export function removeRunFolder(): void {
  if (runFolder !== undefined) rmSync(runFolder, { recursive: true, force: true });
  runFolder = undefined;
}

/** Ends what runs that were killed left running, and removes their folders. */
export async function sweepKilledRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (!isOwnerGone(folder)) continue;
    for (const record of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (record.endsWith('.process.json')) await endLeftover(join(folder, record));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function ownerFileOf(folder: string): string {
  return join(folder, 'owner.json');
}

function isOwnerGone(folder: string): boolean {
  // Without the file its owner has only just made the folder.
  if (!existsSync(ownerFileOf(folder))) return false;
  const [pid, identity] = JSON.parse(readFileSync(ownerFileOf(folder), 'utf8')) as [number, string];
  return processIdentity(pid) !== identity;
}
