import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import fc from 'fast-check';
import { loadTemporalSettings } from '@signering/settings';
import { readTemporalConnection } from '@signering/settings/internal/temporal-connection.js';
import { seeded } from '../seed.js';
import { freshFolder } from '../fixtures/index.js';

type Variables = Readonly<Record<string, string>>;
type Result = { readonly refused: string } | { readonly options: unknown };

const TEXT_MEMBERS = ['address', 'namespace', 'api_key'];
const TLS_TEXT_MEMBERS = [
  'client_cert_path',
  'client_cert_data',
  'client_key_path',
  'client_key_data',
  'server_ca_cert_path',
  'server_ca_cert_data',
  'server_name',
];

/** The options, or why they were refused. Members that are undefined count as absent. */
function resultOf(read: () => unknown): Result {
  try {
    return { options: withoutUndefined(read()) };
  } catch (error) {
    return { refused: String(error) };
  }
}

function withoutUndefined(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}

const quoted = (text: string): string => JSON.stringify(text);

describe("Temporal's connection options", () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = freshFolder('temporal-connection');
    file = join(folder, 'home', '.config', 'temporalio', 'temporal.toml');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(join(folder, 'certificate.pem'), 'certificate');
    await writeFile(join(folder, 'key.pem'), Uint8Array.from([0, 200, 10, 13]));
  });

  const texts = fc.constantFrom('', 'a.example.com:7233', 'Ørland', 'two\nlines', 'it\'s "quoted"', '1');
  const paths = (): fc.Arbitrary<string> =>
    fc.constantFrom(join(folder, 'certificate.pem'), join(folder, 'key.pem'), join(folder, 'nowhere.pem'));
  const flags = fc.constantFrom('1', 'true', '0', 'false', 'TRUE', 'yes');
  const headers = fc.constantFrom('a', 'A', 'X_Tenant', 'x-tenant', 'x_tenant_id', 'x-tenant-id', 'a_b_c_d');
  const valueOf = (member: string): fc.Arbitrary<string> => (member.endsWith('_path') ? paths() : texts);

  /** Some members of a table, as lines of TOML. */
  const lines = (members: readonly (readonly [string, fc.Arbitrary<string>])[]): fc.Arbitrary<string> =>
    fc.record(Object.fromEntries(members), { requiredKeys: [] }).map((chosen) =>
      Object.entries(chosen)
        .map(([name, value]) => `${quoted(name)} = ${String(value)}\n`)
        .join(''),
    );
  const tomlText = (member: string): fc.Arbitrary<string> => valueOf(member).map(quoted);

  const profile = (name: string): fc.Arbitrary<string> =>
    fc
      .record({
        own: lines([
          ...TEXT_MEMBERS.map((member) => [member, tomlText(member)] as const),
          ['unknown', fc.constantFrom('1', '"text"')],
        ]),
        tls: fc.option(
          lines([
            ...TLS_TEXT_MEMBERS.map((member) => [member, tomlText(member)] as const),
            ['disabled', fc.constantFrom('true', 'false')],
            ['disable_host_verification', fc.constantFrom('true', 'false')],
          ]),
        ),
        tlsFlag: fc.constantFrom('', '', 'tls = true\n', 'tls = false\n'),
        headers: fc.option(
          fc
            .uniqueArray(fc.tuple(headers, texts), { selector: ([header]) => header })
            .map((all) => all.map(([header, value]) => `${quoted(header)} = ${quoted(value)}\n`).join('')),
        ),
      })
      .map(({ own, tls, tlsFlag, headers: meta }) =>
        [
          `[profile.${name}]\n${own}${tls === null ? tlsFlag : ''}`,
          tls === null ? '' : `[profile.${name}.tls]\n${tls}`,
          meta === null ? '' : `[profile.${name}.grpc_meta]\n${meta}`,
        ].join(''),
      );
  const sound = (): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.option(profile('default')),
        fc.option(profile('other')),
        fc.constantFrom('', '[unknown]\na = 1\n'),
      )
      .map((parts) => parts.map((part) => part ?? '').join(''));
  const broken = (): fc.Arbitrary<string> =>
    fc.oneof(
      fc.tuple(sound(), fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
      fc
        .tuple(sound(), fc.nat(), fc.constantFrom('"', '[', '=', '\n', '\\', '#'))
        .map(([text, at, extra]) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + extra + text.slice(place);
        }),
      fc.string(),
    );

  const variables = (): fc.Arbitrary<Variables> =>
    fc
      .tuple(
        fc.record(
          {
            TEMPORAL_ADDRESS: texts,
            TEMPORAL_NAMESPACE: texts,
            TEMPORAL_API_KEY: texts,
            TEMPORAL_PROFILE: fc.constantFrom('default', 'other', 'absent'),
            TEMPORAL_TLS: flags,
            TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: flags,
            TEMPORAL_CODEC_ENDPOINT: texts,
            ...Object.fromEntries(
              TLS_TEXT_MEMBERS.map((member) => [`TEMPORAL_TLS_${member.toUpperCase()}`, valueOf(member)]),
            ),
          },
          { requiredKeys: [] },
        ),
        // Several settings at once conflict too often: half of the environments have few of them.
        fc.option(fc.array(fc.nat(12), { maxLength: 4 })),
        fc.dictionary(
          headers.map((name) => `TEMPORAL_GRPC_META_${name}`),
          texts,
          { maxKeys: 3 },
        ),
      )
      .map(([own, few, meta]) => {
        const all = Object.entries(own);
        const kept = few === null ? all : all.filter((_, index) => few.includes(index));
        return { ...Object.fromEntries(kept), ...meta };
      });
  const location = (): fc.Arbitrary<Variables> =>
    fc.constantFrom<Variables>(
      { HOME: join(folder, 'home') },
      { XDG_CONFIG_HOME: join(folder, 'home', '.config') },
      { XDG_CONFIG_HOME: 'relative', HOME: join(folder, 'home') },
      { TEMPORAL_CONFIG_FILE: file },
      { TEMPORAL_CONFIG_FILE: join(folder, 'nowhere.toml'), HOME: join(folder, 'home') },
      { TEMPORAL_CONFIG_FILE: folder },
      { TEMPORAL_CONFIG_FILE: join(file, 'below-a-file') },
      {},
    );

  async function sameForAll(files: fc.Arbitrary<string>, numRuns: number): Promise<void> {
    const seen = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(files, variables(), location(), async (text, env, place) => {
        await writeFile(file, text);
        const environment = { ...env, ...place };
        const judged = resultOf(() => loadClientConnectConfig({ overrideEnvVars: environment }));
        const ours = resultOf(() => readTemporalConnection(environment));
        seen['refused' in judged ? 'refused' : 'taken'] += 1;
        // Temporal's reader passes members of the wrong type on.
        if ('refused' in ours && / must be /u.test(ours.refused)) return;
        if ('refused' in judged) assert.ok('refused' in ours, judged.refused);
        else assert.deepEqual(ours, judged);
      }),
      seeded({ numRuns }),
    );
    assert.ok(seen.taken > numRuns / 20 && seen.refused > numRuns / 20, JSON.stringify(seen));
  }

  it("are those of Temporal's own reader, for many environments and configuration files", async () => {
    await sameForAll(sound(), 1000);
  });

  it('are refused with broken configuration files where its reader refuses them', async () => {
    await sameForAll(broken(), 1000);
  });

  it('are refused when a member of the configuration file has the wrong type', async () => {
    for (const text of [
      'profile = 1',
      '[profile]\ndefault = "text"',
      '[[profile.default]]\naddress = "a:1"',
      '[profile.default]\naddress = 7233',
      '[profile.default]\ngrpc_meta = ["a"]',
      '[profile.default]\ntls = "yes"',
      '[profile.default.tls]\ndisabled = "true"',
      '[profile.default.tls]\nserver_name = 2026-01-01',
    ]) {
      await writeFile(file, text);
      assert.throws(() => loadTemporalSettings({ TEMPORAL_CONFIG_FILE: file }), /must be/u, text);
    }
  });

  it('name neither the content of a configuration file nor a key in the place of a path when they are refused', async () => {
    const secret = 'lkjhgfdsa';
    await writeFile(file, `[profile.default]\napi_key = "${secret}\n`);
    for (const env of [{ TEMPORAL_CONFIG_FILE: file }, { TEMPORAL_TLS_CLIENT_KEY_PATH: secret }]) {
      assert.throws(
        () => loadTemporalSettings(env),
        (error: Error) => !JSON.stringify([error, error.message, error.stack, error.cause]).includes(secret),
      );
    }
  });
});
