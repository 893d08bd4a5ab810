// The services of deploy/compose/compose.yml as processes of this machine: their commands and settings, with other addresses
// and paths.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { z } from 'zod';
import {
  freePort,
  startOwnedProcess,
  withoutSettings,
  type OwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { formatKeys, generateKey } from '@signering/encryption';

const run = promisify(execFile);

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'signering-workflows', 'bin');

const WEB_MODULE = 'github.com/temporalio/ui-server/v2@v2.45.1';

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      command: z.array(z.string()).default([]),
      environment: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
const { services } = Compose.parse(
  load(readFileSync(join(DEPLOY, 'compose/compose.yml'), 'utf8'), { schema: YAML11_SCHEMA }),
);

function serviceOf(name: string): (typeof services)[string] {
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yml has no service ${name}.`);
  return service;
}

/** Ports on loopback, by the address that compose.yml names. */
export interface ProductionPorts {
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalMetrics: number;
  readonly s3: number;
  readonly web: number;
  readonly codec: number;
  readonly prometheus: number;
  /** Of each worker. */
  readonly metrics: readonly [number, number];
  readonly health: readonly [number, number];
}

/** A folder with the secrets, configuration and data of one run, and the processes that it started. */
export class ProductionStack {
  readonly folder = mkdtempSync(join(tmpdir(), 'signering-production-'));
  readonly ports: ProductionPorts;
  readonly #running: { readonly name: string; readonly process: OwnedProcess }[] = [];
  #postgresFolder: string | undefined;

  private constructor(ports: ProductionPorts) {
    this.ports = ports;
  }

  /** Chooses ports and writes the secrets. */
  static async create(): Promise<ProductionStack> {
    const port = () => freePort();
    const stack = new ProductionStack({
      postgres: await port(),
      temporal: await port(),
      temporalMetrics: await port(),
      s3: await port(),
      web: await port(),
      codec: await port(),
      prometheus: await port(),
      metrics: [await port(), await port()],
      health: [await port(), await port()],
    });
    const { folder } = stack;
    for (const name of ['secrets', 'data', 'bin', 'etc/signering', 'logs']) {
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    }
    const secret = () => randomBytes(32).toString('hex');
    const s3 = secret();
    stack.secret('postgres-password', secret());
    // The command of Temporal Web reads it, although people do not sign in here.
    stack.secret('oidc-client-secret', 'unused');
    stack.secret('encryption-keys', formatKeys([generateKey('production-1')]));
    stack.secret('s3-root', `ROOT_ACCESS_KEY_ID=signering\nROOT_SECRET_ACCESS_KEY=${s3}\n`);
    stack.secret(
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
    return stack;
  }

  /** Writes a file of `secrets/`, as README.md of compose says. */
  secret(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, 'secrets', name), content, { mode: 0o600 });
  }

  /** The settings of a service in compose.yml, with the addresses and paths of this machine. */
  settingsOf(service: string): Record<string, string> {
    const entries = Object.entries(serviceOf(service).environment);
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#here(value)]));
  }

  /** Starts a service with its command in compose.yml. */
  start(service: string, settings: Readonly<Record<string, string>> = {}): OwnedProcess {
    const command = serviceOf(service).command.join(' ');
    return this.startProgram(service, ['sh', '-c', this.#here(command)], settings);
  }

  /** Starts a program, whose environment has the settings of a service in compose.yml if it is one. */
  startProgram(
    name: string,
    [command, ...args]: readonly [string, ...string[]],
    settings: Readonly<Record<string, string>> = {},
  ): OwnedProcess {
    const process = startOwnedProcess({
      command,
      args,
      env: { ...this.#environment(name), ...settings },
      logFile: join(this.folder, 'logs', `${name}.log`),
      recordFile: join(this.folder, 'logs', `${name}.process.json`),
    });
    this.#running.push({ name, process });
    return process;
  }

  /** Runs a service that ends, such as the one that sets up the schema. */
  async runOnce(service: string): Promise<void> {
    const command = serviceOf(service).command.join(' ');
    await run('sh', ['-c', this.#here(command)], { env: this.#environment(service) });
  }

  /** PostgreSQL as Debian has it. It refuses to run as root, so root runs it as the user `postgres`. */
  async startPostgres(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'signering-postgres-'));
    this.#postgresFolder = folder;
    const asUser = await unprivileged(folder);
    const passwordFile = join(folder, 'password');
    copyFileSync(join(this.folder, 'secrets', 'postgres-password'), passwordFile);
    if (asUser.owner !== undefined) chownSync(passwordFile, asUser.owner.uid, asUser.owner.gid);
    const bin = postgresPrograms();
    const data = join(folder, 'data');
    const [command, ...prefix] = [...asUser.command, join(bin, 'initdb')];
    const auth = ['--username=temporal', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await run(command, [...prefix, '--pgdata', data, '--data-checksums', ...auth], { cwd: folder });
    rmSync(passwordFile);
    const options = ['-p', String(this.ports.postgres), '-h', '127.0.0.1', '-k', folder];
    const [program, ...before] = [...asUser.command, join(bin, 'postgres')];
    this.startProgram('postgres', [program, ...before, '-D', data, ...options]);
  }

  /** Prometheus as Debian has it, with the configuration and the alert rules of deploy/. */
  startPrometheus(): void {
    const { metrics, prometheus, temporalMetrics, health, codec } = this.ports;
    const addresses: readonly (readonly [string, number])[] = [
      ['worker-1:9464', metrics[0]],
      ['worker-2:9464', metrics[1]],
      ['worker-1:8080', health[0]],
      ['worker-2:8080', health[1]],
      ['codec-server:8081', codec],
      ['temporal:9090', temporalMetrics],
    ];
    let configuration = readFileSync(join(DEPLOY, 'compose/prometheus.yml'), 'utf8');
    for (const [name, port] of addresses) {
      configuration = configuration.replaceAll(name, `127.0.0.1:${port}`);
    }
    // Scrapes more often, because this run takes a minute.
    configuration = configuration.replaceAll('_interval: 15s', '_interval: 2s');
    writeFileSync(join(this.folder, 'etc/prometheus.yml'), configuration);
    copyFileSync(join(DEPLOY, 'monitoring/alerts.yml'), join(this.folder, 'etc/alerts.yml'));
    this.startProgram('prometheus', [
      'prometheus',
      `--config.file=${join(this.folder, 'etc/prometheus.yml')}`,
      `--storage.tsdb.path=${join(this.folder, 'data/prometheus')}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
    ]);
  }

  /** Ends every process that is left, the last one first, and removes the folders. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    for (const { process } of this.#running.splice(0).reverse()) await process.stop(30_000);
    if (this.#postgresFolder !== undefined) rmSync(this.#postgresFolder, { recursive: true, force: true });
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  #environment(service: string): NodeJS.ProcessEnv {
    const { PATH, ...others } = withoutSettings(process.env);
    const settings = service in services ? this.settingsOf(service) : {};
    return { ...others, ...settings, PATH: `${join(this.folder, 'bin')}:${PATH ?? ''}` };
  }

  #here(text: string): string {
    const { postgres, temporal, s3 } = this.ports;
    return text
      .replaceAll('$$', '$')
      .replaceAll('/run/secrets', join(this.folder, 'secrets'))
      .replaceAll('--root /', `--root ${this.folder}`)
      .replaceAll('/data/', `${join(this.folder, 'data')}/`)
      .replaceAll('/setup-temporal-schema.sh', join(DEPLOY, 'compose/setup-temporal-schema.sh'))
      .replaceAll('./ui-server', `ui-server --root ${this.folder}`)
      .replaceAll(/\bpostgres:5432/gu, `127.0.0.1:${postgres}`)
      .replaceAll(/\btemporal:7233/gu, `127.0.0.1:${temporal}`)
      .replaceAll(/\bs3:7070/gu, `127.0.0.1:${s3}`)
      .replaceAll('0.0.0.0:7070', `127.0.0.1:${s3}`)
      .replaceAll('0.0.0.0', '127.0.0.1');
  }
}

/** The configuration in the image of Temporal Web, from its source, which Go keeps. */
async function webConfiguration(): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', WEB_MODULE]);
  return join(z.object({ Dir: z.string() }).parse(JSON.parse(stdout)).Dir, 'config/docker.yaml');
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
