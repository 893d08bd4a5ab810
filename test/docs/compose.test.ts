import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { SEARCH_ATTRIBUTE_TYPES, SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { PROJECT, readProjectFile } from './project-files.js';

const words = z.array(z.string());

/** Strict, so that a mistyped key fails: these are the keys of the Compose Specification that the file uses. */
const Service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  entrypoint: words.optional(),
  command: words,
  network_mode: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  volumes: words,
  ports: words.optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy']), restart: z.literal(true).optional() }),
    )
    .optional(),
  healthcheck: z.strictObject({
    test: words,
    interval: z.string(),
    timeout: z.string(),
    retries: z.number(),
  }),
  stop_grace_period: z.string().optional(),
  restart: z.literal('unless-stopped'),
});

const Compose = z.strictObject({
  services: z.record(z.string(), Service),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

const DOCKERFILE = readProjectFile('Dockerfile');
const compose = Compose.parse(load(readProjectFile('docker-compose.yml')));
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it('names only services, configs and volumes that it has', () => {
    for (const [name, { depends_on = {}, network_mode, configs = [], volumes }] of services) {
      const others = [
        ...Object.keys(depends_on),
        ...(network_mode === undefined ? [] : [network_mode.split(':')[1]!]),
      ];
      for (const other of others) assert.ok(other in compose.services, `${name} depends on ${other}`);
      for (const { source } of configs) assert.ok(source in compose.configs, `${name} uses ${source}`);
      for (const volume of volumes)
        assert.ok(volume.split(':')[0]! in compose.volumes, `${name} mounts ${volume}`);
    }
  });

  it('pins every image that is not built here', () => {
    const images = services.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
    assert.equal(bases.length, 2);
    for (const image of [...images, ...bases]) assert.match(image, /:\d+(\.\d+)+(-[a-z-]+)?$/);
  });

  it('opens ports on this machine only', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports)) assert.match(port, /^127\.0\.0\.1:/);
  });

  it('has Temporal know every search attribute', () => {
    const wanted = SIGNING_SEARCH_ATTRIBUTES.map(
      ({ name, type }) => `${name}=${SEARCH_ATTRIBUTE_TYPES[type].name}`,
    );
    const told = compose.services['temporal']?.command.filter(
      (_, index, all) => all[index - 1] === '--search-attribute',
    );
    assert.deepEqual(told, wanted);
  });

  it('has the browser call the codec server with its token and from an accepted origin', () => {
    const { temporal, 'codec-server': codecServer } = compose.services;
    const endpoint = temporal!.command[temporal!.command.indexOf('--ui-codec-endpoint') + 1]!;
    const [, address, token] = /^http:\/\/([^/]+)\/(.+)$/u.exec(endpoint) ?? [];
    assert.deepEqual(codecServer!.ports, [`${address}:8081`]);
    assert.ok(compose.configs['codec-tokens']!.content.includes(`"token": "${token}"`));
    const webPort = temporal!.ports!.find((port) => port.endsWith(':8233'))!.split(':')[1];
    assert.deepEqual(codecServer!.environment!['SIGNERING_CODEC_ORIGINS']!.split(','), [
      `http://127.0.0.1:${webPort}`,
      `http://localhost:${webPort}`,
    ]);
  });

  it('runs only files that a build makes', () => {
    const texts = services.flatMap(([, service]) => [
      ...(service.entrypoint ?? []),
      ...service.command,
      ...service.healthcheck.test,
    ]);
    const scripts = texts.flatMap((text) => text.match(/\S+\.js\b/g) ?? []);
    assert.ok(scripts.length > 0);
    for (const script of scripts) assert.ok(existsSync(join(PROJECT, script)), `${script} is not there`);
  });

  it('builds an image without development dependencies, for a numeric user', () => {
    assert.match(DOCKERFILE, /^RUN npm ci --omit=dev /m);
    assert.match(DOCKERFILE, /^USER \d+:\d+$/m);
  });

  it('keeps keys, certificates and local state out of the image', () => {
    const ignored = readProjectFile('.dockerignore').split('\n');
    for (const pattern of ['.env', '.signering', '*.p12', '*.pem', '*.key']) {
      assert.ok(ignored.includes(pattern), `${pattern} is not in .dockerignore`);
    }
  });
});
