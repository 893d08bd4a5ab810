import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKeys, generateKey } from '@signering/encryption';
import { InvalidInputError } from '@signering/schema';
import {
  inspectSettings,
  loadClientSettings,
  loadTemporalSettings,
  loadWorkerSettings,
  readEnvironment,
  SETTINGS,
  type Environment,
} from '@signering/settings';

const KEYS = formatKeys([generateKey('a')]);

describe('settings', () => {
  let folder: string;
  let worker: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-settings-'));
    const file = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    worker = {
      // Keeps Temporal's own configuration files of this user out of the test.
      XDG_CONFIG_HOME: folder,
      HOME: folder,
      SIGNERING_ORGANIZATION: '910000007',
      SIGNERING_STORAGE: join(folder, 'storage'),
      SIGNERING_KEYS: KEYS,
      SIGNERING_CERTIFICATE: await file('certificate.p12', ''),
      SIGNERING_API_URL: 'https://localhost:8443/api/',
      SIGNERING_TRUSTED_CERTIFICATES: await file('ca.pem', ''),
    };
    await file('password', 's3cret\n');
    await file('keys', `${KEYS}\n`);
    await file('temporal.toml', '[profile.default]\naddress = "from-file:7233"\nnamespace = "filed"\n');
    await file('broken.toml', '[profile.default]\napi_key = "very-secret" oops\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const problemsOf = (load: () => unknown) => {
    try {
      load();
    } catch (error) {
      assert.ok(error instanceof InvalidInputError);
      assert.equal(error.code, 'INVALID_SETTINGS');
      return { paths: error.facts.problems?.map(({ path }) => path).sort(), message: error.message };
    }
    return assert.fail('accepted');
  };

  it('of the storage name a folder or a place in S3, no other address', () => {
    for (const storage of [
      'file:///srv/signering',
      'HTTPS://example.com',
      's3://',
      's3://Bucket',
      's3://b',
      's3://bucket//prefix',
      's3://bucket/a/../b',
      's3://bucket/./b',
      's3://bucket/æ',
      `s3://bucket/${'x'.repeat(101)}`,
    ]) {
      for (const load of [loadWorkerSettings, loadClientSettings]) {
        const { paths, message } = problemsOf(() => load({ ...worker, SIGNERING_STORAGE: storage }));
        assert.deepEqual(paths, ['SIGNERING_STORAGE']);
        assert.match(message, /must be the path of a folder, such as \/srv\/signering/u);
      }
    }
    for (const storage of ['s3://bucket', 's3://my.bucket-1/signering', 's3://bucket/a/b.c/..d_e']) {
      for (const given of [storage, `${storage}/`]) {
        assert.equal(loadClientSettings({ ...worker, SIGNERING_STORAGE: given }).storage, storage);
      }
    }
    const strange = { ...worker, SIGNERING_STORAGE: './a:/b' };
    assert.equal(loadWorkerSettings(strange).storage, './a:/b');
  });

  it('of a storage in S3 are read and checked', () => {
    const s3 = {
      SIGNERING_STORAGE: 's3://bucket/signering',
      SIGNERING_S3_ENDPOINT: 'https://s3.example.com:9000',
      SIGNERING_S3_KMS_KEY: 'arn:aws:kms:eu-north-1:111122223333:key/1234',
      SIGNERING_S3_OBJECT_LOCK: 'compliance:3650',
    };
    assert.equal(loadWorkerSettings(worker).s3, undefined);
    const common = { endpoint: s3.SIGNERING_S3_ENDPOINT, kmsKey: s3.SIGNERING_S3_KMS_KEY };
    assert.deepEqual(loadWorkerSettings({ ...worker, ...s3 }).s3, {
      ...common,
      objectLock: { mode: 'COMPLIANCE', retentionDays: 3650 },
    });
    assert.deepEqual(loadClientSettings({ ...worker, ...s3 }).s3, common);
    for (const [name, ...values] of [
      [
        'SIGNERING_S3_ENDPOINT',
        's3.example.com',
        'https://s3.example.com/bucket',
        'https://u:p@s3.example.com',
      ],
      ['SIGNERING_S3_KMS_KEY', 'a b'],
      ['SIGNERING_S3_OBJECT_LOCK', 'compliance', 'legal:1', 'governance:0', 'governance:1y'],
    ] as const) {
      for (const value of values) {
        const { paths } = problemsOf(() => loadWorkerSettings({ ...worker, ...s3, [name]: value }));
        assert.deepEqual(paths, [name], value);
      }
    }
  });

  it('of a worker are read with their defaults', () => {
    const settings = loadWorkerSettings(worker);
    assert.deepEqual(
      { ...settings, keys: settings.keys[0].id, temporal: settings.temporal.connection.address },
      {
        organizationNumber: '910000007',
        storage: worker['SIGNERING_STORAGE'],
        keys: 'a',
        certificate: { file: worker['SIGNERING_CERTIFICATE'] },
        apiUrl: 'https://localhost:8443/api',
        serverOrganizationNumber: '984661185',
        signedDocumentLimits: { padesBytes: 256 * 1024 ** 2, xadesBytes: 64 * 1024 ** 2 },
        trustedCertificates: worker['SIGNERING_TRUSTED_CERTIFICATES'],
        apiProcesses: 1,
        cachedWorkflows: settings.cachedWorkflows,
        retention: {},
        encryptStorage: false,
        ambiguousCreate: 'retry',
        taskQueue: 'signering',
        senders: new Set([worker['SIGNERING_ORGANIZATION']]),
        warnOnlyRules: new Set(),
        webhooks: { receivers: [], privateAddresses: false },
        traces: { exported: false, variables: {} },
        ledgerWalkMs: 300_000,
        acceptUnencrypted: false,
        identityNumberCheck: 'on',
        isSandboxUnlimited: false,
        logLevel: 'info',
        metricsMs: 30_000,
        temporal: 'localhost:7233',
      },
    );
  });

  it('of a worker need trusted certificates unless the API is an environment of Posten signering', () => {
    const { SIGNERING_TRUSTED_CERTIFICATES: _, ...without } = worker;
    for (const apiUrl of ['production', 'difitest']) {
      const settings = loadWorkerSettings({ ...without, SIGNERING_API_URL: apiUrl });
      assert.equal(settings.trustedCertificates, undefined);
      assert.deepEqual(inspectSettings({ ...without, SIGNERING_API_URL: apiUrl }).problems, []);
    }
    const { paths, message } = problemsOf(() => loadWorkerSettings(without));
    assert.deepEqual(paths, ['SIGNERING_TRUSTED_CERTIFICATES']);
    assert.match(message, /required unless SIGNERING_API_URL is production or difitest\. Set it/);
    assert.deepEqual(
      inspectSettings(without).problems.map(({ path }) => path),
      ['SIGNERING_TRUSTED_CERTIFICATES'],
    );
  });

  it('accept unencrypted input only if set to yes', () => {
    const accept = (word: string) => loadWorkerSettings({ ...worker, SIGNERING_ACCEPT_UNENCRYPTED: word });
    assert.equal(accept('yes').acceptUnencrypted, true);
    assert.equal(accept('no').acceptUnencrypted, false);
  });

  it('of a client need no certificate and no address of the service', () => {
    const { SIGNERING_ORGANIZATION, SIGNERING_STORAGE, SIGNERING_KEYS, HOME, XDG_CONFIG_HOME } = worker;
    const env = { SIGNERING_ORGANIZATION, SIGNERING_STORAGE, SIGNERING_KEYS, HOME, XDG_CONFIG_HOME };
    assert.equal(loadClientSettings(env).pollingQueue, 'signering-workflows');
    const other = loadClientSettings({ ...env, SIGNERING_POLLING_QUEUE: 'ours' });
    assert.equal(other.pollingQueue, 'ours');
  });

  it('set the date from which exit URLs without a proof are rejected, at midnight UTC', () => {
    const until = (text?: string) =>
      loadClientSettings({ ...worker, SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL: text });
    assert.equal(until().exitUrlsWithoutProofUntil, undefined);
    assert.equal(until('2027-01-31').exitUrlsWithoutProofUntil, '2027-01-31T00:00:00.000Z');
    for (const wrong of ['2027-02-30', '31.01.2027', 'soon', '2027-01-31T00:00']) {
      assert.deepEqual(problemsOf(() => until(wrong)).paths, ['SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL']);
    }
  });

  it('are rejected with every mistake at once, a missing one with its meaning', () => {
    const { paths, message } = problemsOf(() => loadWorkerSettings({ HOME: folder }));
    const required = SETTINGS.filter((setting) => {
      return setting.required && setting.readBy.some((program) => program === 'worker');
    });
    assert.deepEqual(paths, required.map(({ name }) => name).sort());
    for (const { name, meaning } of required) {
      assert.ok(message.includes(`${name}: is not set (${meaning})`));
    }
    const wrong = {
      SIGNERING_ORGANIZATION: '12345678',
      SIGNERING_API_URL: 'http://localhost',
      SIGNERING_CERTIFICATE: join(folder, 'nowhere.p12'),
      SIGNERING_SERVER_ORGANIZATION: 'Posten',
      SIGNERING_PROXY: 'socks://user:very-secret@localhost',
      SIGNERING_USER_AGENT: 'Ærlig',
      SIGNERING_API_PROCESSES: '0',
      SIGNERING_AMBIGUOUS_CREATE: 'maybe',
      SIGNERING_EVIDENCE_WARN_ONLY: 'XADES_REPEATED,UNKNOWN_RULE',
      SIGNERING_LEDGER_WALK_SECONDS: '3601',
      SIGNERING_ACCEPT_UNENCRYPTED: 'true',
      SIGNERING_LOG_LEVEL: 'loud',
      TEMPORAL_CONFIG_FILE: join(folder, 'broken.toml'),
    };
    const all = problemsOf(() => loadWorkerSettings({ ...worker, ...wrong }));
    assert.deepEqual(
      all.paths,
      [...Object.keys(wrong).filter((name) => name.startsWith('SIGNERING')), 'TEMPORAL_*'].sort(),
    );
    assert.match(all.message, /must be one of retry, ask/u);
    assert.match(all.message, /ids of BROKEN evidence rules.*PADES_NOT_A_PDF/u);
    assert.ok(!all.message.includes('very-secret'));
  });

  it('name the addresses on which a worker serves metrics and health', () => {
    const load = (metrics: string, health: string) =>
      loadWorkerSettings({
        ...worker,
        SIGNERING_METRICS_ADDRESS: metrics,
        SIGNERING_HEALTH_ADDRESS: health,
        SIGNERING_METRICS_SECONDS: '5',
      });
    const { metricsAddress, healthAddress, metricsMs } = load('[::1]:9464', 'localhost:0');
    assert.deepEqual(metricsAddress, { host: '::1', port: 9464 });
    assert.deepEqual(healthAddress, { host: 'localhost', port: 0 });
    assert.equal(metricsMs, 5000);
    for (const wrong of ['localhost:9464', '127.0.0.1:0', '127.0.0.1', '127.0.0.1:65536', '9464']) {
      assert.throws(() => load(wrong, '127.0.0.1:8080'), /SIGNERING_METRICS_ADDRESS: must/u, wrong);
    }
    assert.throws(() => load('127.0.0.1:9464', '8080'), /SIGNERING_HEALTH_ADDRESS: must be host:port/u);
  });

  it('accept ids of BROKEN evidence rules that only warn', () => {
    const SIGNERING_EVIDENCE_WARN_ONLY = 'XADES_REPEATED, PADES_NOT_A_PDF';
    assert.deepEqual(
      loadWorkerSettings({ ...worker, SIGNERING_EVIDENCE_WARN_ONLY }).warnOnlyRules,
      new Set(['XADES_REPEATED', 'PADES_NOT_A_PDF']),
    );
  });

  it("of OpenTelemetry switch traces on, and are rejected if the worker's exporter cannot follow them", () => {
    const exported = (variables: Readonly<Record<string, string>>) =>
      loadWorkerSettings({ ...worker, ...variables }).traces.exported;
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';
    assert.equal(exported({ OTEL_SERVICE_NAME: 'worker' }), false);
    assert.equal(exported({ OTEL_TRACES_EXPORTER: 'otlp' }), true);
    assert.equal(exported({ OTEL_EXPORTER_OTLP_ENDPOINT }), true);
    assert.equal(exported({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }), false);
    assert.equal(exported({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'true' }), false);
    for (const wrong of [
      { OTEL_TRACES_EXPORTER: 'zipkin' },
      { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    ]) {
      const { paths } = problemsOf(() => loadWorkerSettings({ ...worker, ...wrong }));
      assert.deepEqual(paths, Object.keys(wrong).slice(-1));
    }
  });

  it('name the senders besides the own organisation for whom a worker may send', () => {
    const senders = (text: string) => loadWorkerSettings({ ...worker, SIGNERING_SENDERS: text }).senders;
    const own = worker['SIGNERING_ORGANIZATION'];
    assert.deepEqual(senders('987654325, 123456785'), new Set([own, '987654325', '123456785']));
    assert.throws(
      () => senders('98765432'),
      /SIGNERING_SENDERS: must be organisation numbers of nine digits/u,
    );
  });

  it('are rejected where the signature API client would reject them', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['SIGNERING_PROXY', 'http://proxy:3128/path'],
      ['SIGNERING_PROXY', 'http://user:100%zz@proxy:3128'],
      ['SIGNERING_USER_AGENT', 'Archive/2.1 '],
      ['SIGNERING_USER_AGENT', 'a'.repeat(201)],
    ];
    for (const [name, value] of wrong) {
      assert.deepEqual(
        problemsOf(() => loadWorkerSettings({ ...worker, [name]: value })).paths,
        [name],
        value,
      );
    }
  });

  it('set the environment, the proxy and the folder for package copies', async () => {
    await writeFile(join(folder, 'proxy'), 'http://user:p%40ss@proxy:3128\n');
    const settings = loadWorkerSettings({
      ...worker,
      SIGNERING_API_URL: 'difitest',
      SIGNERING_PROXY_FILE: join(folder, 'proxy'),
      SIGNERING_USER_AGENT: 'Archive/2.1',
      SIGNERING_DUMP_PACKAGES: folder,
    });
    const { apiUrl, proxy, userAgentSuffix, packageDump } = settings;
    assert.deepEqual(
      [apiUrl, proxy, userAgentSuffix, packageDump],
      ['difitest', 'http://user:p%40ss@proxy:3128', 'Archive/2.1', folder],
    );
  });

  it('never quote a secret', () => {
    const secret = KEYS.slice(2, 30);
    const { message, paths } = problemsOf(() =>
      loadWorkerSettings({ ...worker, SIGNERING_KEYS: `a:${secret}`, SIGNERING_LOG_LEVEL: 'loud' }),
    );
    assert.deepEqual(paths, ['SIGNERING_KEYS[0]', 'SIGNERING_LOG_LEVEL']);
    assert.ok(!message.includes(secret));
  });

  it('read secrets from files, without the trailing line break', () => {
    const rest: Environment = { ...worker, SIGNERING_KEYS: undefined };
    const settings = loadWorkerSettings({
      ...rest,
      SIGNERING_KEYS_FILE: join(folder, 'keys'),
      SIGNERING_CERTIFICATE_PASSWORD_FILE: join(folder, 'password'),
    });
    assert.equal(formatKeys(settings.keys), KEYS);
    assert.equal(settings.certificate.password, 's3cret');
  });

  it('report a secret that is set twice and a file that does not exist once each', () => {
    const rest: Environment = { ...worker, SIGNERING_KEYS: undefined };
    const { paths } = problemsOf(() =>
      loadWorkerSettings({
        ...rest,
        SIGNERING_KEYS_FILE: join(folder, 'nowhere'),
        SIGNERING_CERTIFICATE_PASSWORD: 'x',
        SIGNERING_CERTIFICATE_PASSWORD_FILE: join(folder, 'password'),
      }),
    );
    assert.deepEqual(paths, ['SIGNERING_CERTIFICATE_PASSWORD_FILE', 'SIGNERING_KEYS_FILE']);
  });

  it('treat an empty variable as not set', () => {
    const empty: Environment = {
      ...worker,
      SIGNERING_LOG_LEVEL: '',
      SIGNERING_CERTIFICATE_PASSWORD_FILE: '',
      TEMPORAL_NAMESPACE: '',
    };
    const settings = loadWorkerSettings(empty);
    assert.equal(settings.logLevel, 'info');
    assert.equal(settings.temporal.namespace, 'default');
    assert.deepEqual(problemsOf(() => loadWorkerSettings({ ...worker, SIGNERING_STORAGE: '' })).paths, [
      'SIGNERING_STORAGE',
    ]);
  });

  it('of Temporal come from its own variables and its configuration file', () => {
    const env = { HOME: folder, TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml') };
    const fromFile = loadTemporalSettings(env);
    assert.equal(fromFile.connection.address, 'from-file:7233');
    assert.equal(fromFile.namespace, 'filed');
    const both = loadTemporalSettings({ ...env, TEMPORAL_ADDRESS: 'here:1', TEMPORAL_API_KEY: 'k' });
    assert.deepEqual(
      [both.connection.address, both.namespace, both.connection.apiKey],
      ['here:1', 'filed', 'k'],
    );
  });

  it('come from a .env file unless the environment overrides them', async () => {
    assert.deepEqual(readEnvironment({ cwd: join(folder, 'nowhere'), env: { A: '1' } }), { A: '1' });
    await writeFile(join(folder, '.env'), 'SIGNERING_STORAGE=file\nSIGNERING_LOG_LEVEL="warn" # quiet\n');
    assert.deepEqual(readEnvironment({ cwd: folder, env: { SIGNERING_STORAGE: 'env' } }), {
      SIGNERING_STORAGE: 'env',
      SIGNERING_LOG_LEVEL: 'warn',
    });
  });

  it('are inspected one by one: a mistake does not hide the others', () => {
    const { values, keys, temporal, problems, unknown } = inspectSettings({
      ...worker,
      SIGNERING_ORGANIZATION: 'none',
      SIGNERING_KEYS: '',
      SIGNERING_CERTIFICATE_PASSWORD_FILE: join(folder, 'nowhere'),
      SIGNERING_STORAGES: 'mistyped',
    });
    assert.deepEqual(problems.map(({ path }) => path).sort(), [
      'SIGNERING_CERTIFICATE_PASSWORD_FILE',
      'SIGNERING_KEYS',
      'SIGNERING_ORGANIZATION',
    ]);
    assert.equal(keys, undefined);
    assert.equal(temporal?.namespace, 'default');
    assert.equal(values.SIGNERING_ORGANIZATION, undefined);
    assert.equal(values.SIGNERING_CERTIFICATE_PASSWORD, undefined);
    assert.equal(values.SIGNERING_STORAGE, join(folder, 'storage'));
    assert.equal(values.SIGNERING_SERVER_ORGANIZATION, '984661185');
    assert.deepEqual(unknown, ['SIGNERING_STORAGES']);
  });
});
