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
import { endLeftover, processIdentity } from '@signering/dev-stack/internal/processes/index.js';

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

/** Removes the run's folder, and ends whatever a test that failed has left running on it. */
export async function removeRunFolder(): Promise<void> {
  if (runFolder !== undefined) await endAndRemove(runFolder);
  runFolder = undefined;
}

/** Ends what runs that were killed left running, and removes their folders. */
export async function sweepKilledRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (!isOwnerGone(folder)) continue;
    await endAndRemove(folder);
  }
}

async function endAndRemove(folder: string): Promise<void> {
  const records = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.process.json'))
    // A stack first: it would start its parts again.
    .sort((one, other) => Number(isStack(other)) - Number(isStack(one)));
  for (const record of records) await endLeftover(join(folder, record));
  rmSync(folder, { recursive: true, force: true });
}

function isStack(record: string): boolean {
  return record.endsWith('stack.process.json');
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
