// The folder of one production check: secrets, configuration, data, logs, and links to the programs.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { formatKeys, generateKey } from '@signering/encryption';
import { DEPLOY } from './compose.js';

const run = promisify(execFile);

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'signering-workflows', 'bin');

const WEB_MODULE = 'github.com/temporalio/ui-server/v2@v2.45.1';

/** Of workers and codec server in compose.yml. */
const CONTAINER_GROUP = 1000;

export async function prepareFolder(folder: string): Promise<void> {
  for (const name of ['secrets', 'data', 'bin', 'etc/signering', 'logs']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }
  const secret = () => randomBytes(32).toString('hex');
  const s3 = secret();
  writeSecret(folder, 'postgres-password', secret());
  // The command of Temporal Web reads it, although people do not sign in here.
  writeSecret(folder, 'oidc-client-secret', 'unused');
  writeSecret(folder, 'encryption-keys', formatKeys([generateKey('production-1')]));
  writeSecret(folder, 's3-root', `ROOT_ACCESS_KEY_ID=signering\nROOT_SECRET_ACCESS_KEY=${s3}\n`);
  writeSecret(
    folder,
    's3-credentials',
    `[default]\naws_access_key_id = signering\naws_secret_access_key = ${s3}\n`,
  );
  copyFileSync(join(DEPLOY, 'compose/temporal.yaml'), join(folder, 'etc/signering/temporal.yaml'));
  mkdirSync(join(folder, 'config'));
  copyFileSync(await webConfiguration(), join(folder, 'config/docker.yaml'));
  const programs = {
    'temporal-server': 'temporal-server-1.29.1',
    'temporal-sql-tool': 'temporal-sql-tool-1.29.1',
    'ui-server': 'temporal-ui-2.45.1',
    versitygw: 'versitygw-1.8.0',
    temporal: 'temporal',
  };
  for (const [name, file] of Object.entries(programs)) {
    symlinkSync(join(CACHE, file), join(folder, 'bin', name));
  }
}

/** Writes or replaces a file of `secrets/`, readable as README.md of compose says. */
export function writeSecret(folder: string, name: string, content: string | Uint8Array): void {
  const file = join(folder, 'secrets', name);
  mkdirSync(dirname(file), { recursive: true });
  // Not by the mode of mkdir, from which the umask takes rights.
  if (name.includes('/')) chmodSync(dirname(file), 0o755);
  writeFileSync(`${file}.new`, content);
  chmodSync(`${file}.new`, 0o440);
  if (process.getuid?.() === 0) chownSync(`${file}.new`, 0, CONTAINER_GROUP);
  renameSync(`${file}.new`, file);
}

/** The configuration in the image of Temporal Web, from its source, which Go keeps. */
async function webConfiguration(): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', WEB_MODULE]);
  return join(z.object({ Dir: z.string() }).parse(JSON.parse(stdout)).Dir, 'config/docker.yaml');
}
