// PostgreSQL as Debian has it. It refuses to run as root, so root runs it as the user `postgres`.
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The argument of {@link preparePostgres}. */
export interface PostgresOptions {
  /** Password of the user `temporal`. */
  readonly passwordFile: string;
  /** On loopback. */
  readonly port: number;
}

/** A new database cluster, and the command that runs it. */
export interface PreparedPostgres {
  readonly folder: string;
  readonly command: readonly [string, ...string[]];
}

export async function preparePostgres({ passwordFile, port }: PostgresOptions): Promise<PreparedPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'signering-postgres-'));
  const asUser = await unprivileged(folder);
  const password = join(folder, 'password');
  copyFileSync(passwordFile, password);
  if (asUser.owner !== undefined) chownSync(password, asUser.owner.uid, asUser.owner.gid);
  const bin = postgresPrograms();
  const data = join(folder, 'data');
  const [command, ...prefix] = [...asUser.command, join(bin, 'initdb')];
  const auth = ['--username=temporal', '--auth=scram-sha-256', `--pwfile=${password}`];
  await run(command, [...prefix, '--pgdata', data, '--data-checksums', ...auth], { cwd: folder });
  rmSync(password);
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
  const [program, ...before] = [...asUser.command, join(bin, 'postgres')];
  return { folder, command: [program, ...before, ...options] };
}

/** The newest PostgreSQL of Debian on this machine. */
function postgresPrograms(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number) : [];
  const newest = Math.max(...versions);
  if (!Number.isFinite(newest)) {
    throw new Error('PostgreSQL is not installed: apt-get install postgresql prometheus');
  }
  return join(root, String(newest), 'bin');
}

interface Unprivileged {
  readonly command: readonly string[];
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** How a program runs that refuses to run as root, on a folder that its user owns. */
async function unprivileged(folder: string): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { command: [] };
  const idOf = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout);
  const [uid, gid] = [await idOf('-u'), await idOf('-g')];
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  const command = ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  return { command, owner: { uid, gid } };
}
