import { z } from 'zod';
import type { EncryptionKeys } from '@signering/encryption';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { LOOPBACK_HOSTS, parseListenAddress, type ListenAddress } from './listen-address.js';
import { parseKeysInto, problemsIn } from './parse-settings.js';
import { resolveSecretFiles } from './secret-files.js';
import { defaultOf, isHttpsOrLoopback, listOf } from './setting-values.js';

/** The roles of the codec server, as token claims name them. */
export interface CodecRoleNames {
  /** Decodes; identity numbers, addresses and phone numbers are masked. */
  readonly masked: string;
  /** Decodes everything. */
  readonly full: string;
  /** Encodes. */
  readonly encode: string;
}

/** OpenID Connect settings of the codec server. */
export interface CodecOidcSettings {
  /** The value of the claim `iss`. */
  readonly issuer: string;
  /** The claim `aud` must contain it. */
  readonly audience: string;
  /** URL of the issuer's JSON Web Key Set. */
  readonly jwksUrl: string;
  /** Claim with the roles: its name, or a path such as `realm_access.roles`. */
  readonly rolesClaim: string;
  /** Claim that names the caller in the audit log. */
  readonly nameClaim: string;
  readonly roleNames: CodecRoleNames;
}

/** Settings of the codec server. Exactly one of `oidc` and `tokens` is set. */
export interface CodecServerSettings extends ListenAddress {
  readonly keys: EncryptionKeys;
  /** Origins of Temporal Web, such as `https://temporal.example.com`. */
  readonly origins: readonly string[];
  readonly oidc?: CodecOidcSettings;
  /** The file with static tokens. Only with a loopback host. */
  readonly tokens?: string;
  /** The file of the audit log. @default standard output */
  readonly auditLog?: string;
}

const claimName = z.string().max(200, 'must have at most 200 characters');
const roleName = z.string().regex(/^\S{1,200}$/u, 'must be a name without blanks, of at most 200 characters');

const CODEC_VALUES = z.object({
  SIGNERING_CODEC_LISTEN: z
    .string()
    .default(defaultOf('SIGNERING_CODEC_LISTEN'))
    .transform(parseListenAddress)
    .refine((address) => address !== undefined, 'must be host:port, such as 127.0.0.1:8081 or 0.0.0.0:8081'),
  SIGNERING_CODEC_ORIGINS: z
    .string()
    .refine(
      (text) => listOf(text).every(isOrigin),
      'must be origins without a path, separated by commas, such as https://temporal.example.com',
    )
    .exactOptional(),
  SIGNERING_CODEC_ISSUER: z.string().exactOptional(),
  SIGNERING_CODEC_AUDIENCE: z.string().exactOptional(),
  SIGNERING_CODEC_JWKS: z
    .string()
    .refine(isHttpsOrLoopback, 'must be an https URL (http is accepted for a loopback address)')
    .exactOptional(),
  SIGNERING_CODEC_ROLES_CLAIM: claimName.default(defaultOf('SIGNERING_CODEC_ROLES_CLAIM')),
  SIGNERING_CODEC_NAME_CLAIM: claimName.default(defaultOf('SIGNERING_CODEC_NAME_CLAIM')),
  SIGNERING_CODEC_MASKED_ROLE: roleName.default(defaultOf('SIGNERING_CODEC_MASKED_ROLE')),
  SIGNERING_CODEC_FULL_ROLE: roleName.default(defaultOf('SIGNERING_CODEC_FULL_ROLE')),
  SIGNERING_CODEC_ENCODE_ROLE: roleName.default(defaultOf('SIGNERING_CODEC_ENCODE_ROLE')),
  SIGNERING_CODEC_TOKENS: z.string().exactOptional(),
  SIGNERING_CODEC_AUDIT_LOG: z.string().exactOptional(),
});

/**
 * Reads the settings of the codec server from environment variables. It needs the encryption keys, and neither
 * certificate, storage nor Temporal.
 * @throws INVALID_SETTINGS naming every mistake, never the value of a secret
 */
export function loadCodecServerSettings(env: Environment): CodecServerSettings {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  const relevant = problems.filter(({ path }) => path.startsWith('SIGNERING_KEYS'));
  const parsed = CODEC_VALUES.safeParse(resolved);
  relevant.push(...problemsIn(parsed.error, resolved), ...accessProblems(resolved));
  const keys = parseKeysInto(relevant, resolved['SIGNERING_KEYS']);
  if (!parsed.success || keys === undefined || relevant.length > 0) {
    throw new InvalidInputError(
      'INVALID_SETTINGS',
      'The settings of the codec server cannot be used',
      relevant,
    );
  }
  const values = parsed.data;
  const { SIGNERING_CODEC_ISSUER: issuer, SIGNERING_CODEC_AUDIENCE: audience } = values;
  const { SIGNERING_CODEC_JWKS: jwksUrl, SIGNERING_CODEC_TOKENS: tokens } = values;
  const auditLog = values.SIGNERING_CODEC_AUDIT_LOG;
  return {
    keys,
    ...values.SIGNERING_CODEC_LISTEN,
    origins: listOf(values.SIGNERING_CODEC_ORIGINS ?? ''),
    ...(issuer !== undefined &&
      audience !== undefined &&
      jwksUrl !== undefined && {
        oidc: {
          issuer,
          audience,
          jwksUrl,
          rolesClaim: values.SIGNERING_CODEC_ROLES_CLAIM,
          nameClaim: values.SIGNERING_CODEC_NAME_CLAIM,
          roleNames: {
            masked: values.SIGNERING_CODEC_MASKED_ROLE,
            full: values.SIGNERING_CODEC_FULL_ROLE,
            encode: values.SIGNERING_CODEC_ENCODE_ROLE,
          },
        },
      }),
    ...(tokens !== undefined && { tokens }),
    ...(auditLog !== undefined && { auditLog }),
  };
}

/** Either OpenID Connect, completely, or static tokens on loopback. */
function accessProblems(env: Environment): readonly Problem[] {
  const oidc = ['SIGNERING_CODEC_ISSUER', 'SIGNERING_CODEC_AUDIENCE', 'SIGNERING_CODEC_JWKS'] as const;
  const set = oidc.filter((name) => env[name] !== undefined);
  if (env['SIGNERING_CODEC_TOKENS'] !== undefined) {
    const listen = env['SIGNERING_CODEC_LISTEN'] ?? defaultOf('SIGNERING_CODEC_LISTEN');
    const isLoopback = LOOPBACK_HOSTS.some((host) => listen.startsWith(`${host}:`));
    return [
      ...set.map((path) => ({
        path,
        message: 'is set together with SIGNERING_CODEC_TOKENS: leave one of them out',
      })),
      ...(isLoopback
        ? []
        : [
            {
              path: 'SIGNERING_CODEC_LISTEN',
              message: `must have a loopback host (${LOOPBACK_HOSTS.join(', ')}) with static tokens: use OpenID Connect elsewhere`,
            },
          ]),
    ];
  }
  if (set.length === 0) {
    const message =
      'is not set: set it with SIGNERING_CODEC_AUDIENCE and SIGNERING_CODEC_JWKS, or, for development, set SIGNERING_CODEC_TOKENS';
    return [{ path: 'SIGNERING_CODEC_ISSUER', message }];
  }
  return oidc
    .filter((name) => env[name] === undefined)
    .map((path) => ({ path, message: `is not set; it is required with ${set.join(' and ')}` }));
}

function isOrigin(text: string): boolean {
  return /^https?:/u.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
