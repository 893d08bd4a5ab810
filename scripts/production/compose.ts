// The services of deploy/compose/compose.yml, and how a service of its image runs with podman.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { z } from 'zod';
import {
  startOwnedProcess,
  type OwnedProcess,
  type OwnedProcessOptions,
} from '@signering/dev-stack/internal/processes/index.js';

const run = promisify(execFile);

export const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
/** What `npm run image` builds. */
const IMAGE = 'localhost/signering-workflows:local';

const words = z.array(z.string()).default([]);
const Service = z.object({
  command: words,
  environment: z.record(z.string(), z.string()).default({}),
  user: z.string(),
  read_only: z.literal(true),
  cap_drop: words,
  security_opt: words,
  tmpfs: words,
  secrets: words,
  volumes: words,
  healthcheck: z.object({ test: words }).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/u)
    .transform((text) => Number.parseInt(text, 10))
    .default(10),
  deploy: z.object({
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }),
  }),
});
type Service = z.infer<typeof Service>;
const { services } = z
  .object({ services: z.record(z.string(), Service) })
  .parse(load(readFileSync(join(DEPLOY, 'compose/compose.yml'), 'utf8'), { schema: YAML11_SCHEMA }));

export function serviceOf(name: string): Service {
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yml has no service ${name}.`);
  return service;
}

export const hasService = (name: string): boolean => name in services;

/** The argument of {@link startContainer}. */
export interface ContainerOptions extends Pick<OwnedProcessOptions, 'logFile' | 'recordFile'> {
  /** Of the service in compose.yml. */
  readonly service: string;
  readonly container: string;
  readonly settings: Readonly<Record<string, string>>;
  /** `source:target:options`. */
  readonly mounts: readonly string[];
}

/** Without systemd: podman makes the control groups itself. crun fails where the machine does not permit its limits. */
const PODMAN = ['--cgroup-manager', 'cgroupfs', '--runtime', 'runc'];

/** @throws Error without the image or podman */
export async function assertImage(): Promise<void> {
  try {
    await podman('image', 'inspect', IMAGE);
  } catch (cause) {
    const next = 'apt-get install buildah podman runc mmdebstrap, and run: npm run image -- --debian-base';
    throw new Error(`Cannot run ${IMAGE} with podman. ${next}`, { cause });
  }
}

/** Starts the image as compose.yml restricts the service: user, file system, capabilities, processor and memory. */
export function startContainer(options: ContainerOptions): OwnedProcess {
  const { service, container, settings, mounts, logFile, recordFile } = options;
  const { user, cap_drop, security_opt, tmpfs, deploy, stop_grace_period, command } = serviceOf(service);
  const { cpus, memory } = deploy.resources.limits;
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  const args = [
    ...[...PODMAN, 'run', '--rm', '--pull', 'never', '--name', container, '--network', 'host'],
    ...['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096'],
    // Writable is only what compose.yml names.
    ...['--user', user, '--read-only', '--read-only-tmpfs=false', '--cpus', cpus, '--memory', memory],
    ...['--stop-timeout', String(stop_grace_period)],
    ...[...each('--cap-drop', cap_drop), ...each('--security-opt', security_opt)],
    // Podman's word for the owner of the mount: the user of the container.
    ...each(
      '--tmpfs',
      tmpfs.map((one) => one.replace(/uid=\d+,gid=\d+/u, 'U')),
    ),
    ...each('--volume', mounts),
    ...each(
      '--env',
      Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    ),
    ...[IMAGE, ...command],
  ];
  const attached = startOwnedProcess({ command: 'podman', args, env: process.env, logFile, recordFile });
  // Ending podman would leave the container.
  return {
    ...attached,
    stop: async () => {
      await podman('stop', '--ignore', container);
      await attached.ended;
    },
    kill9: async () => {
      await podman('kill', '--signal', 'KILL', container);
      await attached.ended;
    },
  };
}

/** Runs the health check of the service, in its container if it has one. @throws Error if it fails */
export async function checkHealth(service: string, port: number, container?: string): Promise<void> {
  const test = serviceOf(service).healthcheck?.test.slice(1) ?? [];
  const [command = '', ...args] = test.map((word) => word.replace(/127\.0\.0\.1:\d+/u, `127.0.0.1:${port}`));
  if (container === undefined) await run(command, args);
  else await podman('exec', container, command, ...args);
}

/** The containers that are left of those whose names begin so. */
export async function containersNamed(prefix: string): Promise<string> {
  return (await podman('ps', '--all', '--filter', `name=${prefix}`, '--format', '{{.Names}}')).trim();
}

async function podman(...args: readonly string[]): Promise<string> {
  return (await run('podman', [...PODMAN, ...args])).stdout;
}
