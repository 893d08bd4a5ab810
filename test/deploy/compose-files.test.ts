import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { load, YAML11_SCHEMA } from 'js-yaml';
import pg from 'pg';
import { z } from 'zod';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshDatabase, freshFolder } from '../fixtures/index.js';
import { ask, requireJudge } from '../judges.js';

/** What checks each file of deploy/, beside npm run production-check, which starts most of them. */
const CHECKED_BY: Readonly<Record<string, string>> = {
  'README.md': 'the tests of documents',
  'compose/.env.example': 'compose.test.ts',
  'compose/.gitignore': 'git',
  'compose/Caddyfile': 'this test, with caddy',
  'compose/README.md': 'the tests of documents',
  'compose/codec-server.env.example': 'compose.test.ts',
  'compose/compose.yml': 'compose.test.ts, with compose-spec',
  'compose/grafana-dashboards.yml': 'this test',
  'compose/grafana-datasource.yml': 'this test',
  'compose/portal.env.example': 'compose.test.ts',
  'compose/prometheus.yml': 'compose.test.ts, with promtool',
  'compose/setup-portal-database.sh': 'this test, with shellcheck and on PostgreSQL',
  'compose/setup-temporal-schema.sh': 'this test, with shellcheck',
  'compose/temporal-web.env.example': 'this test',
  'compose/temporal.yaml': 'this test',
  'compose/worker.env.example': 'compose.test.ts',
  'kubernetes/README.md': 'the tests of documents',
  'monitoring/alerts.test.yml': 'monitoring.test.ts, with promtool',
  'monitoring/alerts.yml': 'monitoring.test.ts, with promtool',
  'monitoring/dashboard.json': 'monitoring.test.ts, with promtool',
};
/** kubernetes.test.ts builds and checks the overlays with kustomize, and with them what their files name. */
const KUBERNETES = /^kubernetes\/(?:base|overlays)\//u;
/** What an operator writes there. */
const NOT_OURS = /^compose\/(?:secrets\/|[\w-]*\.env$)/u;

const FOLDER = join(PROJECT, 'deploy');
const words = z.array(z.string()).default([]);
const Service = z.object({
  networks: words,
  secrets: words,
  volumes: words,
  environment: z.record(z.string(), z.string()).default({}),
});
const { services } = z
  .object({ services: z.record(z.string(), Service) })
  .parse(load(readProjectFile('deploy/compose/compose.yml'), { schema: YAML11_SCHEMA }));
const GrafanaFile = z.object({
  apiVersion: z.literal(1),
  datasources: z.array(z.object({ type: z.string(), url: z.string() })).default([]),
  providers: z.array(z.object({ options: z.object({ path: z.string() }) })).default([]),
});

/** A service reaches another one in a network of both. */
function assertReaches(from: string, address: string): void {
  const [to = ''] = address.replace('http://', '').split(':');
  const shared = services[from]?.networks.filter((one) => services[to]?.networks.includes(one)) ?? [];
  assert.notDeepEqual(shared, [], `${from} does not reach ${address}`);
}

describe('the files of deploy/', () => {
  it('are all checked', () => {
    const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1))
      .filter((file) => !NOT_OURS.test(file));
    const others = files.filter((file) => !KUBERNETES.test(file));
    assert.deepEqual(others.sort(), Object.keys(CHECKED_BY).sort());
    for (const file of files.filter((one) => KUBERNETES.test(one))) {
      const kustomization = join('deploy', dirname(file), 'kustomization.yaml');
      if (basename(file) !== 'kustomization.yaml')
        assert.ok(readProjectFile(kustomization).includes(basename(file)), file);
    }
  });

  it('have a Caddyfile that caddy accepts, with the certificate and four services that the proxy reaches', async function () {
    requireJudge(this, 'caddy');
    const proxy = services['proxy']!;
    const names = Object.keys(proxy.environment);
    const environment = Object.fromEntries(names.map((name) => [name, `${name.toLowerCase()}.example`]));
    const args = ['adapt', '--adapter', 'caddyfile', '--config', join(FOLDER, 'compose/Caddyfile')];
    const { exitCode, output } = await ask('caddy', args, { environment });
    assert.equal(exitCode, 0, output);
    for (const name of Object.values(environment)) assert.ok(output.includes(`"host":["${name}"]`), name);
    const dialled = [...output.matchAll(/"dial":"([^"]+)"/gu)].map(([, address = '']) => address);
    assert.deepEqual(dialled.toSorted(), [
      'codec-server:8081',
      'grafana:3000',
      'portal:8090',
      'temporal-web:8080',
    ]);
    for (const address of dialled) assertReaches('proxy', address);
    const files = [...output.matchAll(/\/run\/secrets\/([\w-]+)/gu)].map(([, name = '']) => name);
    assert.deepEqual(files.sort(), [...proxy.secrets].sort());
  });

  it('give Grafana a data source that it reaches, and a dashboard that is mounted', () => {
    const read = (name: string) => GrafanaFile.parse(load(readProjectFile(`deploy/compose/${name}`)));
    const [source] = read('grafana-datasource.yml').datasources;
    assert.equal(source?.type, 'prometheus');
    assertReaches('grafana', source.url);
    const [provider] = read('grafana-dashboards.yml').providers;
    const targets = services['grafana']!.volumes.map((volume) => volume.split(':')[1] ?? '');
    assert.ok(targets.some((target) => target.startsWith(`${provider?.options.path}/`)));
  });

  it('have shell scripts that shellcheck accepts', async function () {
    requireJudge(this, 'shellcheck');
    for (const name of ['setup-temporal-schema.sh', 'setup-portal-database.sh']) {
      const { exitCode, output } = await ask('shellcheck', [join(FOLDER, 'compose', name)]);
      assert.equal(exitCode, 0, output);
    }
  });

  it('create the role and the database of the sender portal, also when they are there', async function () {
    const { hostname, port } = new URL(await freshDatabase(this));
    const passwordFile = join(freshFolder('portal-database'), 'password');
    writeFileSync(passwordFile, "it's secret\n");
    const environment = {
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: 'postgres',
      PORTAL_PASSWORD_FILE: passwordFile,
    };
    for (const run of ['first', 'second']) {
      const { status, stderr } = spawnSync('sh', [join(FOLDER, 'compose/setup-portal-database.sh')], {
        env: { PATH: process.env['PATH'], ...environment },
        encoding: 'utf8',
      });
      assert.equal(status, 0, `${run}: ${stderr}`);
    }
    const client = new pg.Client({ connectionString: `postgresql://portal@${hostname}:${port}/portal` });
    await client.connect();
    await client.query('create table of_the_portal (id integer)');
    await client.end();
  });

  it('have a configuration of Temporal that is YAML once its variables are set, all of which compose.yml sets', () => {
    const text = readProjectFile('deploy/compose/temporal.yaml');
    const named = [...text.matchAll(/env "([A-Z_]+)"( \| default)?/gu)];
    const demanded = named.filter(([, , fallback]) => fallback === undefined).map(([, name = '']) => name);
    const [command = ''] =
      /export (TEMPORAL_POSTGRES_PASSWORD)=/u.exec(readProjectFile('deploy/compose/compose.yml')) ?? [];
    for (const name of new Set(demanded))
      assert.ok(name in services['temporal']!.environment || command.includes(name), name);
    const filled = text.replaceAll(/\{\{-.*?\}\}/gu, '').replaceAll(/\{\{.*?\}\}/gu, '"1"');
    assert.equal(typeof load(filled), 'object');
  });

  it('set only the sign-in in the file of Temporal Web', () => {
    const names = [...readProjectFile('deploy/compose/temporal-web.env.example').matchAll(/^(\w+)=/gmu)];
    for (const [, name = ''] of names) assert.match(name, /^TEMPORAL_AUTH_[A-Z_]+$/u);
  });
});
