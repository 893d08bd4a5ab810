import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { formatKeys, generateKey } from '@signering/encryption';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder, freshStorage, runSignering } from '../fixtures/index.js';

const TEMPORAL = ['@temporalio/client', '@temporalio/proto', '@temporalio/worker', '@grpc/grpc-js'];
const DOCUMENTS = ['@cantoo/pdf-lib', 'libxml2-wasm', 'node-forge', 'pkijs'];
const S3 = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@smithy/core'];
const TRACES = ['@opentelemetry/sdk-trace-node', '@opentelemetry/exporter-trace-otlp-proto'];
const SERVERS = ['fastify', '@fastify/busboy', 'jose'];

/** Packages in node_modules that a run of Node loaded, ES modules and CommonJS. */
type LoadedPackages = ReadonlySet<string>;

/** Runs with V8's record of the loaded scripts, and reads it. */
async function packagesLoadedBy(run: (env: NodeJS.ProcessEnv) => Promise<unknown>): Promise<LoadedPackages> {
  const folder = join(freshFolder('loaded-modules'), 'scripts');
  await run({ ...withoutSettings(process.env), NODE_V8_COVERAGE: folder });
  const [record, ...others] = readdirSync(folder);
  assert.ok(record !== undefined && others.length === 0, 'one process');
  const { result } = JSON.parse(readFileSync(join(folder, record), 'utf8')) as {
    readonly result: readonly { readonly url: string }[];
  };
  return new Set(
    result.flatMap(({ url }) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url)?.[1] ?? []),
  );
}

function commandLoads(...args: readonly string[]): Promise<LoadedPackages> {
  return commandWithSettingsLoads({}, ...args);
}

function commandWithSettingsLoads(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<LoadedPackages> {
  return packagesLoadedBy((env) =>
    runSignering({ args, env: { ...env, ...settings }, cwd: freshFolder('command') }),
  );
}

function importLoads(name: string): Promise<LoadedPackages> {
  const args = ['--input-type=module', '-e', `await import(${JSON.stringify(name)})`];
  return packagesLoadedBy((env) => promisify(execFile)(process.execPath, args, { env, cwd: PROJECT }));
}

function assertNoneOf(names: readonly string[], loaded: LoadedPackages): void {
  assert.deepEqual(
    names.filter((name) => loaded.has(name)),
    [],
  );
}

describe('modules that are loaded late', () => {
  for (const args of [['--help'], ['send', '--help'], ['frobnicate'], ['status'], ['dev', '--frobnicate']]) {
    it(`signering ${args.join(' ')}: loads neither Temporal's SDK, zod nor anything for documents`, async () => {
      const loaded = await commandLoads(...args);
      assert.ok(loaded.has('commander'));
      assertNoneOf([...TEMPORAL, ...DOCUMENTS, ...SERVERS, 'protobufjs', 'zod'], loaded);
    });
  }

  it("signering status with wrong settings: reports them before Temporal's SDK is loaded", async () => {
    const loaded = await commandLoads('status', 'any');
    assert.ok(loaded.has('zod'), 'parses settings');
    assertNoneOf([...TEMPORAL, ...DOCUMENTS, ...SERVERS], loaded);
  });

  it('signering status with storage in a folder: loads nothing of the AWS SDK, which storage in S3 needs', async () => {
    const settings = { SIGNERING_ORGANIZATION: '910000007', SIGNERING_KEYS: formatKeys([generateKey('a')]) };
    const loadedWith = (storage: string) =>
      commandWithSettingsLoads(
        {
          ...settings,
          SIGNERING_STORAGE: storage,
          SIGNERING_CLIENT_TIMEOUT: '1',
          SIGNERING_S3_ENDPOINT: 'http://127.0.0.1:1',
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'none',
          AWS_SECRET_ACCESS_KEY: 'none',
        },
        'status',
        'any',
      );
    const loaded = await loadedWith(await freshStorage());
    assert.ok(loaded.has('@temporalio/client'), 'the storage was opened');
    assertNoneOf(S3, loaded);
    assert.ok((await loadedWith('s3://bucket')).has('@aws-sdk/client-s3'));
  });

  it("signering evidence: examines a document without Temporal's SDK", async () => {
    const loaded = await commandLoads('evidence', join(PROJECT, 'docs', 'examples', 'contract.pdf'));
    assertNoneOf([...TEMPORAL, ...SERVERS, '@cantoo/pdf-lib', 'zod'], loaded);
  });

  it('@signering/client: loads no library for documents, and no worker', async () => {
    const loaded = await importLoads('@signering/client');
    assert.ok(loaded.has('@temporalio/client'));
    assertNoneOf(
      [...DOCUMENTS, ...SERVERS, ...S3, ...TRACES, '@temporalio/worker', 'webpack', 'commander'],
      loaded,
    );
  });

  it('@signering/sandbox: starts without what it needs to sign PDFs or to write packages', async () => {
    const loaded = await importLoads('@signering/sandbox');
    assert.ok(loaded.has('fastify'));
    assertNoneOf([...TEMPORAL, '@cantoo/pdf-lib', '@cantoo/fontkit', 'archiver'], loaded);
  });

  it('@signering/signing-api: loads no PDF library and nothing of Temporal', async () => {
    const loaded = await importLoads('@signering/signing-api');
    assert.ok(loaded.has('undici'));
    assertNoneOf([...TEMPORAL, ...SERVERS, '@cantoo/pdf-lib', 'archiver', 'node-forge'], loaded);
  });
});
