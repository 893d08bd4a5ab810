import { z } from 'zod';
import { InvalidInputError, NINE_DIGITS, type Problem } from '@signering/schema';
import { loadClientSettings, type ClientSettings } from './client-settings.js';
import type { Environment } from './environment.js';
import { LOOPBACK_HOSTS, parseListenAddress, type ListenAddress } from './listen-address.js';
import { collect, problemsIn } from './parse-settings.js';
import { resolveSecretFiles } from './secret-files.js';
import { defaultOf, isHttpsOrLoopback, listOf } from './setting-values.js';

/** The database of a sender portal: PostgreSQL, or an embedded one in a folder, for development. */
export type PortalDatabase = { readonly postgresql: string } | { readonly folder: string };

/** An account manager whom the settings name. */
export interface FirstManager {
  readonly organizationNumber: string;
  readonly emailAddress: string;
}

/** Settings of the sender portal. */
export interface SenderPortalSettings {
  readonly client: ClientSettings;
  readonly listen: ListenAddress;
  /** The origin that browsers see, such as `https://signing.example.com`. */
  readonly url: string;
  readonly database: PortalDatabase;
  readonly login: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  readonly managers: readonly FirstManager[];
  /** Names of organisations, by their numbers. */
  readonly organizationNames: ReadonlyMap<string, string>;
  /** Address of the service's own portal. */
  readonly serviceUrl: string;
  /** Days for which documents of stopped jobs are kept. */
  readonly stoppedDocumentsDays: number;
}

const EMBEDDED = 'embedded:';
const MANAGER = /^(?<organizationNumber>[0-9]{9})=(?<emailAddress>[^\s@=]+@[^\s@=]+)$/u;

const NAMED = /^[0-9]{9}=[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u;

const PORTAL_VALUES = z.object({
  SIGNERING_PORTAL_LISTEN: z
    .string()
    .default(defaultOf('SIGNERING_PORTAL_LISTEN'))
    .transform(parseListenAddress)
    .refine((address) => address !== undefined, 'must be host:port, such as 127.0.0.1:8090 or 0.0.0.0:8090'),
  SIGNERING_PORTAL_URL: z
    .string()
    .refine(
      (text) => isHttpsOrLoopback(text) && new URL(text).origin === text,
      'must be an https address without a path, such as https://signing.example.com (http is accepted for a loopback address)',
    ),
  SIGNERING_PORTAL_DATABASE: z
    .string()
    .refine(
      (text) => /^postgres(?:ql)?:\/\/./u.test(text) || (text.startsWith(EMBEDDED) && text !== EMBEDDED),
      'must be postgresql://user:password@host/name, or embedded:FOLDER for development',
    ),
  SIGNERING_PORTAL_ISSUER: z
    .string()
    .refine(isHttpsOrLoopback, 'must be an https URL (http is accepted for a loopback address)'),
  SIGNERING_PORTAL_CLIENT_ID: z.string().min(1),
  SIGNERING_PORTAL_CLIENT_SECRET: z.string().min(1),
  SIGNERING_PORTAL_MANAGERS: z
    .string()
    .refine(
      (text) => listOf(text).length > 0 && listOf(text).every((one) => MANAGER.test(one)),
      'must be organisation=email, separated by commas, such as 910000007=anne@example.com',
    ),
  SIGNERING_PORTAL_ORGANIZATIONS: z
    .string()
    .default('')
    .refine(
      (text) => namedOrganizationsIn(text).every((one) => NAMED.test(one)),
      'must be organisation=name, separated by commas, such as 910000007=Storvik kommune',
    )
    .transform((text) => new Map(namedOrganizationsIn(text).map(nameOf))),
  SIGNERING_PORTAL_SERVICE_URL: z
    .string()
    .default(defaultOf('SIGNERING_PORTAL_SERVICE_URL'))
    .refine(isHttpsOrLoopback, 'must be an https URL'),
  SIGNERING_PORTAL_STOPPED_DOCUMENTS_DAYS: z
    .string()
    .default(defaultOf('SIGNERING_PORTAL_STOPPED_DOCUMENTS_DAYS'))
    .refine((text) => /^[1-9]\d{0,3}$/u.test(text), 'must be a number of days from 1 to 9999'),
});

/**
 * Reads the settings of the sender portal and of its client from environment variables.
 * @throws INVALID_SETTINGS naming every mistake, never the value of a secret
 */
export function loadSenderPortalSettings(env: Environment): SenderPortalSettings {
  const problems: Problem[] = [];
  const client = collect(problems, () => loadClientSettings(env));
  // The client's settings name every file that cannot be read.
  const resolved = resolveSecretFiles(env, []);
  const parsed = PORTAL_VALUES.safeParse(resolved);
  problems.push(...problemsIn(parsed.error, resolved), ...problemsOfEmbedded(resolved));
  const listen = parsed.data?.SIGNERING_PORTAL_LISTEN;
  if (client === undefined || !parsed.success || listen === undefined || problems.length > 0) {
    throw new InvalidInputError(
      'INVALID_SETTINGS',
      'The settings of the sender portal cannot be used',
      problems,
    );
  }
  const values = parsed.data;
  const database = values.SIGNERING_PORTAL_DATABASE;
  return {
    client,
    listen,
    url: values.SIGNERING_PORTAL_URL,
    database: database.startsWith(EMBEDDED)
      ? { folder: database.slice(EMBEDDED.length) }
      : { postgresql: database },
    login: {
      issuer: values.SIGNERING_PORTAL_ISSUER,
      clientId: values.SIGNERING_PORTAL_CLIENT_ID,
      clientSecret: values.SIGNERING_PORTAL_CLIENT_SECRET,
    },
    managers: listOf(values.SIGNERING_PORTAL_MANAGERS).flatMap(managerOf),
    organizationNames: values.SIGNERING_PORTAL_ORGANIZATIONS,
    serviceUrl: values.SIGNERING_PORTAL_SERVICE_URL,
    stoppedDocumentsDays: Number(values.SIGNERING_PORTAL_STOPPED_DOCUMENTS_DAYS),
  };
}

/** The address of the sender portal's PostgreSQL database, for commands beside it. Absent where none is set, or an embedded one. */
export function portalDatabaseAddress(env: Environment): string | undefined {
  const address = resolveSecretFiles(env, [])['SIGNERING_PORTAL_DATABASE'];
  return address === undefined || address === '' || address.startsWith(EMBEDDED) ? undefined : address;
}

function managerOf(text: string): readonly FirstManager[] {
  const { organizationNumber = '', emailAddress = '' } = MANAGER.exec(text)?.groups ?? {};
  return NINE_DIGITS.test(organizationNumber) ? [{ organizationNumber, emailAddress }] : [];
}

/** A name may have commas: only one before the next number separates. */
function namedOrganizationsIn(text: string): readonly string[] {
  return text
    .split(/,(?=\s*[0-9]{9}=)/u)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function nameOf(text: string): readonly [string, string] {
  const [organizationNumber = '', ...name] = text.split('=');
  return [organizationNumber, name.join('=').trim()];
}

/** The embedded database has neither backups nor a second process. */
function problemsOfEmbedded(env: Environment): readonly Problem[] {
  const isEmbedded = env['SIGNERING_PORTAL_DATABASE']?.startsWith(EMBEDDED) === true;
  const url = env['SIGNERING_PORTAL_URL'] ?? '';
  const isLocal = URL.canParse(url) && LOOPBACK_HOSTS.includes(new URL(url).hostname);
  if (!isEmbedded || isLocal) return [];
  const message = 'must be PostgreSQL unless SIGNERING_PORTAL_URL is a loopback address';
  return [{ path: 'SIGNERING_PORTAL_DATABASE', message }];
}
