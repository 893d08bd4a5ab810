import { InvalidInputError } from '@signering/schema';
import { SETTINGS } from '@signering/settings';

/** Settings that a stack sets itself: other values would select a different storage, key or service. */
const OWN: ReadonlySet<string> = new Set([
  'SIGNERING_ORGANIZATION',
  'SIGNERING_STORAGE',
  'SIGNERING_KEYS',
  'SIGNERING_KEYS_FILE',
  'SIGNERING_CERTIFICATE',
  'SIGNERING_CERTIFICATE_PASSWORD',
  'SIGNERING_CERTIFICATE_PASSWORD_FILE',
  'SIGNERING_API_URL',
  'SIGNERING_SERVER_ORGANIZATION',
  'SIGNERING_TRUSTED_CERTIFICATES',
  'SIGNERING_SMTP',
  'SIGNERING_SMTP_FILE',
  'SIGNERING_EMAIL_FROM',
  'SIGNERING_METRICS_ADDRESS',
  'SIGNERING_HEALTH_ADDRESS',
  'SIGNERING_CODEC_LISTEN',
  'SIGNERING_CODEC_ISSUER',
  'SIGNERING_CODEC_AUDIENCE',
  'SIGNERING_CODEC_JWKS',
  'SIGNERING_CODEC_TOKENS',
  'SIGNERING_CODEC_AUDIT_LOG',
  'SIGNERING_PORTAL_LISTEN',
  'SIGNERING_PORTAL_URL',
  'SIGNERING_PORTAL_DATABASE',
  'SIGNERING_PORTAL_DATABASE_FILE',
  'SIGNERING_PORTAL_ISSUER',
  'SIGNERING_PORTAL_CLIENT_ID',
  'SIGNERING_PORTAL_CLIENT_SECRET',
  'SIGNERING_PORTAL_CLIENT_SECRET_FILE',
  'SIGNERING_PORTAL_MANAGERS',
  'SIGNERING_PORTAL_ORGANIZATIONS',
  'SIGNERING_PORTAL_SERVICE_URL',
]);

/** The argument of {@link passedSettings}. */
export interface PassedSettingsOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The `dev.env` of the last stack in this folder. Its values are accepted, because a shell may have loaded them. */
  readonly own: NodeJS.ProcessEnv;
  readonly onProgress: (sentence: string) => void;
}

/**
 * The settings of the environment that a stack passes on to its worker and to commands.
 * @throws INVALID_SETTINGS naming each one that the stack sets itself
 */
export function passedSettings({
  env,
  own,
  onProgress,
}: PassedSettingsOptions): Readonly<Record<string, string>> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('SIGNERING_') && value !== undefined && value !== '' ? [[name, value] as const] : [],
  );
  const problems = given
    .filter(([name, value]) => OWN.has(name) && own[name] !== value)
    .map(([name]) => ({ path: name, message: 'is set by the stack itself: unset it' }));
  if (problems.length > 0) {
    const hint = 'To use another service, storage or keys, run signering worker with these settings';
    throw new InvalidInputError('INVALID_SETTINGS', `The stack was not started. ${hint}`, problems);
  }
  const known = new Set<string>(SETTINGS.map(({ name }) => name));
  for (const [name] of given) {
    if (!known.has(name)) onProgress(`${name} is not passed on: it is not a setting of this product.`);
  }
  return Object.fromEntries(given.filter(([name]) => known.has(name) && !OWN.has(name)));
}
