import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { z } from 'zod';
import { SETTINGS } from '@signering/settings';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshFolder, IMAGE_MEMORY } from '../fixtures/index.js';
import { ask, requireJudge } from '../judges.js';

const words = z.array(z.string());
const Service = z.looseObject({
  image: z.string(),
  user: z.string(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  restart: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: words.default([]),
  secrets: words.default([]),
  volumes: words.default([]),
  tmpfs: words.default([]),
  ports: words.default([]),
  networks: words.default([]),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: words }).optional(),
  deploy: z.object({
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }),
  }),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const PrometheusConfig = z.object({
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      static_configs: z.array(z.object({ targets: words })),
    }),
  ),
});

const FOLDER = join(PROJECT, 'deploy', 'compose');
const readFile = (name: string) => readProjectFile(`deploy/compose/${name}`);
// YAML 1.1 has merge keys.
const compose = Compose.parse(load(readFile('compose.yml'), { schema: YAML11_SCHEMA }));
const services = Object.entries(compose.services);
const bytesOf = (size: string) => Number.parseInt(size, 10) * (size.endsWith('g') ? 1024 : 1) * 1024 ** 2;
const isOneShot = (name: string) =>
  services.some(([, { depends_on }]) => depends_on[name]?.condition === 'service_completed_successfully');

describe('deploy/compose/', () => {
  it('names only networks, volumes, secrets, services and files that it has', () => {
    for (const [name, service] of services) {
      for (const one of service.networks) assert.ok(one in compose.networks, `${name}: network ${one}`);
      for (const one of service.secrets) assert.ok(one in compose.secrets, `${name}: secret ${one}`);
      for (const one of Object.keys(service.depends_on))
        assert.ok(one in compose.services, `${name}: ${one}`);
      for (const one of service.volumes) {
        const [source = ''] = one.split(':');
        if (source.startsWith('./secrets/') || !one.includes(':')) continue;
        const known = source.startsWith('.') ? existsSync(join(FOLDER, source)) : source in compose.volumes;
        assert.ok(known, `${name}: volume ${one}`);
      }
      for (const one of service.env_file) assert.ok(existsSync(join(FOLDER, `${one}.example`)), one);
      const used = JSON.stringify(service).match(/\/run\/secrets\/[a-z0-9-]+/gu) ?? [];
      for (const one of used) {
        const known =
          service.secrets.includes(one.split('/').at(-1)!) ||
          service.volumes.some((volume) => volume.split(':')[1] === one);
        assert.ok(known, `${name} does not mount ${one}`);
      }
    }
  });

  it('mounts the folder of the enterprise certificate, so that a container sees a file that replaces it', () => {
    for (const name of ['worker-1', 'worker-2']) {
      const { environment, volumes } = compose.services[name]!;
      const files = [
        environment['SIGNERING_CERTIFICATE'],
        environment['SIGNERING_CERTIFICATE_PASSWORD_FILE'],
      ];
      const folders = volumes.map((volume) => volume.split(':')[1]);
      for (const file of files) assert.ok(folders.includes(dirname(file!)), file);
    }
  });

  it('keeps downloads of workers on disk, and no tmpfs larger than a quarter of the memory of its container', () => {
    for (const name of ['worker-1', 'worker-2']) {
      const { volumes, tmpfs } = compose.services[name]!;
      assert.ok(volumes.includes('/tmp') && !tmpfs.some((one) => one.startsWith('/tmp')), name);
    }
    for (const [name, { tmpfs, deploy }] of services) {
      const { memory } = deploy.resources.limits;
      for (const [, size = ''] of tmpfs.join(' ').matchAll(/size=(\w+)/gu))
        assert.ok(bytesOf(size) <= bytesOf(memory) / 4, `${name}: ${size} of ${memory}`);
    }
  });

  it('has every file of secrets/ in README.md, with the command that writes it or as one to copy', () => {
    const mounted = [
      ...Object.values(compose.secrets).map(({ file }) => file),
      ...['SIGNERING_CERTIFICATE', 'SIGNERING_CERTIFICATE_PASSWORD_FILE'].map((setting) =>
        compose.services['worker-1']!.environment[setting]!.replace('/run/', ''),
      ),
    ];
    const [preparation = ''] = readFile('README.md').split('\n## Start\n');
    assert.deepEqual(
      mounted.filter((file) => !preparation.includes(file)),
      [],
    );
  });

  it('pins every image', () => {
    for (const [name, { image }] of services) {
      if (image === '${SIGNERING_IMAGE:?}') continue;
      assert.match(image, /:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$/u, name);
    }
  });

  it('has the versions that the production check builds', () => {
    const programs = readProjectFile('scripts/prepare/go-programs.mjs');
    const versionOf = (name: string) => /:v?([\d.]+)$/u.exec(compose.services[name]!.image)?.[1] ?? '';
    assert.ok(programs.includes(`'temporal-server-${versionOf('temporal')}'`));
    assert.ok(programs.includes(`'temporal-ui-${versionOf('temporal-web')}'`));
    assert.ok(programs.includes(`'versitygw-${versionOf('s3')}'`));
    const schema = compose.services['temporal-schema']!.image;
    assert.ok(schema.includes(`:${versionOf('temporal')}-`), schema);
    assert.equal(schema, compose.services['temporal-namespace']!.image);
  });

  it('runs no service but the owner of volumes as root', () => {
    const asRoot = services.filter(([, { user }]) => !/^[1-9]\d*:[1-9]\d*$/u.test(user));
    assert.deepEqual(
      asRoot.map(([name]) => name),
      ['volume-owner'],
    );
  });

  it('checks the health of every service that stays', () => {
    const without = services.filter(([, { healthcheck }]) => healthcheck === undefined);
    assert.deepEqual(
      without.map(([name]) => name).filter((name) => !isOneShot(name)),
      [],
    );
  });

  it('publishes the ports that its head names, on loopback unless .env says otherwise', () => {
    const ports = services.flatMap(([name, service]) => service.ports.map((port) => [name, port]));
    assert.deepEqual(ports, [
      ['temporal', '127.0.0.1:7233:7233'],
      ['proxy', '${PUBLIC_ADDRESS:-127.0.0.1}:443:8443'],
    ]);
    assert.equal(parseEnv(readFile('.env.example'))['PUBLIC_ADDRESS'], '127.0.0.1');
  });

  it('sets every variable that it needs in .env.example', () => {
    const needed = readFile('compose.yml').match(/(?<=\$\{)[A-Z_]+/gu) ?? [];
    assert.deepEqual([...new Set(needed)].sort(), Object.keys(parseEnv(readFile('.env.example'))).sort());
  });

  it('sets only settings of this product', () => {
    const known = new Set<string>(SETTINGS.map(({ name }) => name));
    const files = ['worker', 'codec-server', 'portal'].map((name) =>
      parseEnv(readFile(`${name}.env.example`)),
    );
    const named = [...services.map(([, { environment }]) => environment), ...files].flatMap(Object.keys);
    const unknown = named.filter((name) => name.startsWith('SIGNERING_') && !known.has(name));
    assert.deepEqual(unknown, []);
  });

  it('divides the rate limit by the number of its workers', () => {
    const workers = services.filter(([name]) => name.startsWith('worker-'));
    for (const [, { environment }] of workers) {
      assert.equal(environment['SIGNERING_API_PROCESSES'], String(workers.length));
    }
  });

  it('has Prometheus scrape each worker, and services that it has', () => {
    const { scrape_configs } = PrometheusConfig.parse(load(readFile('prometheus.yml')));
    const targets = (job: string) =>
      scrape_configs.find(({ job_name }) => job_name === job)!.static_configs.flatMap((one) => one.targets);
    const workers = services.map(([name]) => name).filter((name) => name.startsWith('worker-'));
    assert.deepEqual(
      targets('signering-worker'),
      workers.map((name) => `${name}:9464`),
    );
    for (const target of scrape_configs.flatMap(({ job_name }) => targets(job_name))) {
      const [name = ''] = target.replace('http://', '').split(':');
      assert.ok(compose.services[name]?.networks.includes('monitoring'), target);
    }
  });

  it('is accepted by compose-spec', async function () {
    requireJudge(this, 'compose-spec');
    // Compose resolves variables and YAML's merge keys first.
    const text = readFile('compose.yml').replaceAll(
      /\$\{\w+(?::-([^}]*))?[^}]*\}/gu,
      (_, value?: string) => value ?? 'example',
    );
    const resolved = join(freshFolder('compose'), 'compose.json');
    writeFileSync(resolved, JSON.stringify(load(text, { schema: YAML11_SCHEMA })));
    const script = 'import compose_spec, sys; compose_spec.PyCompose.from_json(open(sys.argv[1]).read())';
    const { exitCode, output } = await ask('compose-spec', ['-c', script, resolved]);
    assert.equal(exitCode, 0, output);
  });

  it('has a configuration of Prometheus that promtool accepts', async function () {
    requireJudge(this, 'promtool');
    const folder = freshFolder('prometheus');
    copyFileSync(join(FOLDER, 'prometheus.yml'), join(folder, 'prometheus.yml'));
    copyFileSync(join(PROJECT, 'deploy/monitoring/alerts.yml'), join(folder, 'alerts.yml'));
    const { exitCode, output } = await ask('promtool', ['check', 'config', 'prometheus.yml'], {
      directory: folder,
    });
    assert.equal(exitCode, 0, output);
  });
});

describe('Dockerfile', () => {
  it("has public CA certificates where Temporal's core looks for them", () => {
    const dockerfile = readProjectFile('Dockerfile');
    const [, expression = '', file = ''] = /^RUN node -p "(.+)" > (\S+)$/mu.exec(dockerfile) ?? [];
    const { stdout } = spawnSync(process.execPath, ['-p', expression], { encoding: 'utf8' });
    const certificates = stdout.split(/(?<=-----END CERTIFICATE-----\n)/u);
    assert.ok(certificates.length > 100);
    for (const one of certificates) assert.ok(new X509Certificate(one).ca);
    const [, copied] = dockerfile.split('\nFROM debian');
    assert.ok(copied?.includes(`COPY --from=build ${file} /etc/ssl/certs/ca-certificates.crt`));
  });

  it('sets the memory of the C library as measurements and long runs have it', () => {
    const [, set = ''] = /^ENV (NODE_ENV=.*)$/mu.exec(readProjectFile('Dockerfile')) ?? [];
    for (const [name, value] of Object.entries(IMAGE_MEMORY))
      assert.ok(set.split(' ').includes(`${name}=${value}`), name);
  });

  it('is accepted by hadolint', async function () {
    requireJudge(this, 'hadolint');
    const { exitCode, output } = await ask('hadolint', [join(PROJECT, 'Dockerfile')]);
    assert.equal(exitCode, 0, output);
  });
});
