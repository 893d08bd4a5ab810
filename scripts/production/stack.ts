// The services of deploy/compose/compose.yml as processes of this machine: their commands and settings, with other addresses
// and paths. Workers and codec server run from the checkout, or in containers from the image.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  freePort,
  SIGNERING_COMMAND,
  startOwnedProcess,
  withoutSettings,
  type OwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import {
  assertImage,
  checkHealth,
  containersNamed,
  DEPLOY,
  hasService,
  serviceOf,
  startContainer,
} from './compose.js';
import { prepareFolder, writeSecret } from './folder.js';
import { preparePostgres } from './postgres.js';

const run = promisify(execFile);

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

/** The services that run from the product's image. */
export type SigneringService = 'worker-1' | 'worker-2' | 'codec-server';

/** A folder with the secrets, configuration and data of one run, and the processes that it started. */
export class ProductionStack {
  readonly folder = mkdtempSync(join(tmpdir(), 'signering-production-'));
  readonly ports: ProductionPorts;
  readonly #inContainers: boolean;
  readonly #containers = new Map<SigneringService, string>();
  readonly #running: Pick<OwnedProcess, 'stop'>[] = [];
  #postgresFolder: string | undefined;
  #isStopping = false;

  private constructor(ports: ProductionPorts, inContainers: boolean) {
    this.ports = ports;
    this.#inContainers = inContainers;
  }

  /** Chooses ports and writes the secrets. */
  static async create({ inContainers }: { readonly inContainers: boolean }): Promise<ProductionStack> {
    if (inContainers) await assertImage();
    // Below the ports of outgoing connections, which would take them before a service listens there.
    let next = randomInt(20_000, 30_000);
    const port = () => freePort(next++);
    const ports = {
      postgres: await port(),
      temporal: await port(),
      temporalMetrics: await port(),
      s3: await port(),
      web: await port(),
      codec: await port(),
      prometheus: await port(),
      metrics: [await port(), await port()],
      health: [await port(), await port()],
    } as const;
    const stack = new ProductionStack(ports, inContainers);
    await prepareFolder(stack.folder);
    return stack;
  }

  /** Writes or replaces a file of `secrets/`. */
  secret(name: string, content: string | Uint8Array): void {
    writeSecret(this.folder, name, content);
  }

  /** The settings of a service in compose.yml, with the addresses and paths of this machine. */
  settingsOf(service: string): Record<string, string> {
    const entries = Object.entries(serviceOf(service).environment);
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#here(value)]));
  }

  /** Starts a worker or the codec server. The paths in its settings are those of a container. */
  startSignering(service: SigneringService, settings: Readonly<Record<string, string>>): OwnedProcess {
    this.#assertRunning();
    const { command, environment } = serviceOf(service);
    const entries = Object.entries({ ...environment, ...settings });
    const container = `${basename(this.folder)}-${service}-${this.#running.length}`;
    const translated = (translate: (value: string) => string) =>
      Object.fromEntries(entries.map(([name, value]) => [name, translate(value)]));
    let started: OwnedProcess;
    if (this.#inContainers) {
      this.#containers.set(service, container);
      const here = translated((value) => this.#addresses(value));
      const mounts = this.#mountsOf(service);
      started = startContainer({ service, container, settings: here, mounts, ...this.#filesOf(service) });
    } else {
      const env = { ...withoutSettings(process.env), ...translated((value) => this.#here(value)) };
      const args = [SIGNERING_COMMAND, ...command];
      started = startOwnedProcess({ command: process.execPath, args, env, ...this.#filesOf(service) });
    }
    const entry = { stop: (graceMs: number) => stopGracefully(service, started, graceMs) };
    this.#running.push(entry);
    const kill9 = async () => {
      this.#running.splice(this.#running.indexOf(entry), 1);
      await started.kill9();
    };
    return { ...started, kill9 };
  }

  /** Runs the health check that compose.yml has for the service. @throws Error if it fails */
  async checkHealth(service: SigneringService, port: number): Promise<void> {
    await checkHealth(service, port, this.#containers.get(service));
  }

  /** Stops this process with the others, those that were started later first. */
  own(process: Pick<OwnedProcess, 'stop'>): void {
    this.#running.push(process);
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
    this.#assertRunning();
    const process = startOwnedProcess({
      command,
      args,
      env: { ...this.#environment(name), ...settings },
      ...this.#filesOf(name),
    });
    this.#running.push(process);
    return process;
  }

  /** Runs a service that ends, such as the one that sets up the schema. */
  async runOnce(service: string): Promise<void> {
    const command = serviceOf(service).command.join(' ');
    await run('sh', ['-c', this.#here(command)], { env: this.#environment(service) });
  }

  /** Starts PostgreSQL. It keeps its data in a folder apart, because root runs it as another user. */
  async startPostgres(): Promise<void> {
    const passwordFile = join(this.folder, 'secrets', 'postgres-password');
    const { folder, command } = await preparePostgres({ passwordFile, port: this.ports.postgres });
    this.#postgresFolder = folder;
    this.startProgram('postgres', command);
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

  /**
   * Ends every process that is left, the last one first, and removes the folders. Returns what did not end as it should; the
   * folder of the logs stays then.
   */
  async stop({ keep }: { readonly keep: boolean }): Promise<readonly string[]> {
    this.#isStopping = true;
    const faults: string[] = [];
    for (const process of this.#running.splice(0).reverse()) {
      await process.stop(40_000).catch((error: unknown) => faults.push(String(error)));
    }
    const left = this.#inContainers ? await containersNamed(basename(this.folder)) : '';
    if (left !== '') faults.push(`These containers are left: ${left}`);
    if (this.#postgresFolder !== undefined) rmSync(this.#postgresFolder, { recursive: true, force: true });
    if (!keep && faults.length === 0) rmSync(this.folder, { recursive: true, force: true });
    return faults;
  }

  #assertRunning(): void {
    if (this.#isStopping) throw new Error('The check was stopped.');
  }

  #environment(service: string): NodeJS.ProcessEnv {
    const { PATH, ...others } = withoutSettings(process.env);
    const settings = hasService(service) ? this.settingsOf(service) : {};
    return { ...others, ...settings, PATH: `${join(this.folder, 'bin')}:${PATH ?? ''}` };
  }

  #filesOf(name: string): { readonly logFile: string; readonly recordFile: string } {
    const logs = join(this.folder, 'logs');
    return { logFile: join(logs, `${name}.log`), recordFile: join(logs, `${name}.process.json`) };
  }

  /**
   * The secrets and volumes of the service, and the certificates of the sandbox. A named volume is a folder of `data/`; one
   * without a source is the container's, removed with it.
   */
  #mountsOf(service: SigneringService): readonly string[] {
    const { secrets, user, volumes: all } = serviceOf(service);
    const volumes = all.filter((one) => one.includes(':'));
    const [uid = 0, gid = 0] = user.split(':').map(Number);
    for (const volume of volumes.filter((one) => !one.startsWith('./'))) {
      const folder = join(this.folder, 'data', volume.split(':')[0] ?? '');
      mkdirSync(folder, { recursive: true });
      chownSync(folder, uid, gid);
    }
    return [
      ...[...secrets, 'trusted-certificates'].map((name) => `./secrets/${name}:/run/secrets/${name}:ro`),
      ...volumes.map((one) => (one.startsWith('./') ? one : `./data/${one}`)),
      ...all.filter((one) => !volumes.includes(one)),
    ].map((mount) => mount.replace('./', `${this.folder}/`));
  }

  #here(text: string): string {
    return this.#addresses(text)
      .replaceAll('$$', '$')
      .replaceAll('/run/secrets', join(this.folder, 'secrets'))
      .replaceAll('/var/log/signering', join(this.folder, 'logs'))
      .replaceAll('--root /', `--root ${this.folder}`)
      .replaceAll('/data/', `${join(this.folder, 'data')}/`)
      .replaceAll('/setup-temporal-schema.sh', join(DEPLOY, 'compose/setup-temporal-schema.sh'))
      .replaceAll('./ui-server', `ui-server --root ${this.folder}`);
  }

  #addresses(text: string): string {
    const { postgres, temporal, s3 } = this.ports;
    return text
      .replaceAll(/\bpostgres:5432/gu, `127.0.0.1:${postgres}`)
      .replaceAll(/\btemporal:7233/gu, `127.0.0.1:${temporal}`)
      .replaceAll(/\bs3:7070/gu, `127.0.0.1:${s3}`)
      .replaceAll('0.0.0.0:7070', `127.0.0.1:${s3}`)
      .replaceAll('0.0.0.0', '127.0.0.1');
  }
}

/** @throws Error if the process does not end by itself at SIGTERM */
async function stopGracefully(service: string, process: OwnedProcess, graceMs: number): Promise<void> {
  await process.stop(graceMs);
  const end = await process.ended;
  if (end !== 'exit code 0') throw new Error(`${service} did not end by itself: ${end}`);
}
