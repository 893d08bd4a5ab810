import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import {
  NINE_DIGITS,
  EVIDENCE_RULES,
  IDENTITY_NUMBER_CHECKS,
  SECTORS,
  type EvidenceRuleId,
  type Problem,
} from '@signering/schema';
import { readEmailSettings } from './email-settings.js';
import type { Environment } from './environment.js';
import { isFixedAddress, LOOPBACK_HOSTS, parseListenAddress } from './listen-address.js';
import { SETTINGS, type Setting, type SettingName } from './setting-table.js';
import { readTraceSettings } from './trace-settings.js';
import { readWebhookSettings } from './webhook-settings.js';

/** Default of a variable, from the table that the README repeats. */
export function defaultOf(name: SettingName): string {
  const setting: Setting | undefined = SETTINGS.find((candidate) => candidate.name === name);
  if (setting?.default === undefined) throw new TypeError(`${name} has no default.`);
  return setting.default;
}

/** One of the named words. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

const NINE = 'must be nine digits without blanks';
/** Nine digits. */
export const organizationNumber = z.string({ error: NINE }).regex(NINE_DIGITS, NINE);

/** The name of a polling queue. */
export const pollingQueue = z
  .string({ error: 'must be a text' })
  .max(100, 'must have at most 100 characters');
const identityNumberCheck = z.preprocess(
  (value) => value ?? defaultOf('SIGNERING_IDENTITY_NUMBER_CHECK'),
  oneOf(IDENTITY_NUMBER_CHECKS),
);
const readable = z
  .string()
  .refine(isReadable, 'names a path that cannot be read: check the path and its permissions');

/** Converts MiB to bytes. The limit is one GiB, because documents are held in memory. */
function mebibytes(name: SettingName) {
  return z
    .string()
    .default(defaultOf(name))
    .refine((text) => /^[0-9]{1,4}$/u.test(text) && Number(text) >= 1 && Number(text) <= 1024, {
      error: 'must be a number of MiB from 1 to 1024',
    })
    .transform((text) => Number(text) * 1024 ** 2);
}

function secondsOfAnHour(name: SettingName) {
  return z
    .string()
    .default(defaultOf(name))
    .refine((text) => /^[1-9][0-9]{0,3}$/u.test(text) && Number(text) <= 3600, {
      error: 'must be a number of seconds from 1 to 3600',
    })
    .transform(Number);
}

/** A number of days, if set. */
function daysBetween(least: number, most: number) {
  return z
    .string()
    .refine((text) => /^[1-9][0-9]{0,4}$/u.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `must be a number of days from ${least} to ${most}`,
    })
    .transform(Number)
    .exactOptional();
}

const listenAddress = z.string().transform((text, context) => {
  const address = parseListenAddress(text);
  if (address !== undefined) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be host:port, such as 127.0.0.1:9464 or 0.0.0.0:9464',
  });
  return z.NEVER;
});

/** Environments of Posten signering; their CA certificates are shipped. */
const ENVIRONMENTS: readonly string[] = ['production', 'difitest'];

/** Restricts the API's URL to forms that paths can be appended to. */
const apiUrl = z
  .string()
  .refine(
    (text) => ENVIRONMENTS.includes(text) || isPlainHttpsUrl(text),
    'must be production, difitest or an https URL without query, fragment, user or password',
  )
  .transform((url) => url.replace(/\/+$/u, ''));

const BROKEN_RULES = EVIDENCE_RULES.filter(({ severity }) => severity === 'BROKEN').map(({ id }) => id);

function isBrokenRule(text: string): text is (typeof BROKEN_RULES)[number] {
  return BROKEN_RULES.some((id) => id === text);
}

/** The non-empty parts of a text with commas. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** A bucket's name, and segments that are no path steps and need no encoding in a key. Spec: Amazon S3, bucket naming rules. */
const S3_LOCATION = /^s3:\/\/[a-z\d][a-z\d.-]{1,61}[a-z\d](?:\/(?!\.{1,2}(?:\/|$))[\w.-]{1,100}){0,8}\/?$/u;

/** The place of a storage. Without the rule, `file://…` would name a folder `file:` in the current one. */
export const storage = z
  .string({ error: 'must be the path of a folder, or s3://bucket' })
  .min(1, 'must be the path of a folder, or s3://bucket')
  .refine(
    (text) => !/^[a-z][a-z\d+.-]*:\/\//iu.test(text) || S3_LOCATION.test(text),
    'must be the path of a folder, such as /srv/signering, or s3://bucket or s3://bucket/prefix, in whose prefix each ' +
      'part has letters a to z, digits, ".", "-" and "_"; other addresses, such as file://…, are not supported',
  )
  .transform((text) => (S3_LOCATION.test(text) ? text.replace(/\/$/u, '') : text));

/** The address of an S3-compatible server. */
export const s3Endpoint = z
  .string({ error: 'must be https://host[:port]' })
  .refine(
    isOrigin,
    'must be https://host[:port], or http:// for a server on this machine or a closed network',
  );

/** What names a key of KMS. */
export const s3KmsKey = z
  .string({ error: 'must be the id, the alias or the ARN of a KMS key' })
  .regex(/^[\x21-\x7e]{1,2048}$/u, 'must be the id, the alias or the ARN of a KMS key');

/** The storage of client and worker. */
const STORAGE_VALUES = {
  SIGNERING_STORAGE: storage,
  SIGNERING_STORAGE_ENCRYPTION: z.preprocess(
    (value) => value ?? defaultOf('SIGNERING_STORAGE_ENCRYPTION'),
    oneOf(['on', 'off']),
  ),
  SIGNERING_S3_ENDPOINT: s3Endpoint.exactOptional(),
  SIGNERING_S3_KMS_KEY: s3KmsKey.exactOptional(),
} as const;

/** The name of a task queue of Temporal. */
export const taskQueue = z
  .string({ error: 'must be text' })
  .regex(/^[\w./-]{1,100}$/u, 'must be 1 to 100 letters a to z, digits, ".", "-", "_" and "/"');

/** What a client reads, by variable. */
export const CLIENT_VALUES = z.object({
  SIGNERING_ORGANIZATION: organizationNumber,
  ...STORAGE_VALUES,
  SIGNERING_TASK_QUEUE: taskQueue.default(defaultOf('SIGNERING_TASK_QUEUE')),
  SIGNERING_POLLING_QUEUE: pollingQueue.default(defaultOf('SIGNERING_POLLING_QUEUE')),
  SIGNERING_SECTOR: oneOf(SECTORS).exactOptional(),
  SIGNERING_IDENTITY_NUMBER_CHECK: identityNumberCheck,
  SIGNERING_CLIENT_TIMEOUT: z
    .string()
    .regex(/^(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|300)$/u, 'must be a number of seconds from 1 to 300')
    .default(defaultOf('SIGNERING_CLIENT_TIMEOUT'))
    .transform(Number),
  SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL: z.iso
    .date({ error: 'must be a date such as 2027-01-31; it begins at midnight UTC' })
    .exactOptional(),
});

/** What a worker reads, by variable. */
export const WORKER_VALUES = z.object({
  SIGNERING_ORGANIZATION: organizationNumber,
  ...STORAGE_VALUES,
  SIGNERING_TASK_QUEUE: taskQueue.default(defaultOf('SIGNERING_TASK_QUEUE')),
  SIGNERING_S3_OBJECT_LOCK: z
    .string()
    .regex(
      /^(?:governance|compliance):[1-9][0-9]{0,4}$/u,
      'must be governance or compliance, a colon, and a number of days, such as governance:3650',
    )
    .exactOptional(),
  SIGNERING_SENDERS: z
    .string()
    .refine(
      (text) => listOf(text).every((number) => NINE_DIGITS.test(number)),
      'must be organisation numbers of nine digits, separated by commas',
    )
    .transform(listOf)
    .exactOptional(),
  SIGNERING_CERTIFICATE: readable,
  SIGNERING_CERTIFICATE_PASSWORD: z.string().exactOptional(),
  SIGNERING_API_URL: apiUrl,
  SIGNERING_SERVER_ORGANIZATION: organizationNumber.default(defaultOf('SIGNERING_SERVER_ORGANIZATION')),
  SIGNERING_TRUSTED_CERTIFICATES: readable.exactOptional(),
  SIGNERING_PROXY: z
    .string()
    .refine(isProxyUrl, 'must be http://[user:password@]host:port, user and password percent-encoded')
    .exactOptional(),
  SIGNERING_USER_AGENT: z
    .string()
    .regex(
      /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/u,
      'must be at most 200 visible ASCII characters, and blanks between them',
    )
    .exactOptional(),
  SIGNERING_DUMP_PACKAGES: z.string().exactOptional(),
  SIGNERING_API_PROCESSES: z
    .string()
    .regex(/^(?:[1-9]|10)$/u, 'must be a number from 1 to 10: more cannot share ten calls a second')
    .default(defaultOf('SIGNERING_API_PROCESSES'))
    .transform(Number),
  SIGNERING_SANDBOX_CALLS_PER_SECOND: oneOf(['unlimited']).exactOptional(),
  SIGNERING_AMBIGUOUS_CREATE: z.preprocess(
    (value) => value ?? defaultOf('SIGNERING_AMBIGUOUS_CREATE'),
    oneOf(['retry', 'ask']),
  ),
  SIGNERING_MAX_PADES_MIB: mebibytes('SIGNERING_MAX_PADES_MIB'),
  SIGNERING_MAX_XADES_MIB: mebibytes('SIGNERING_MAX_XADES_MIB'),
  SIGNERING_EVIDENCE_WARN_ONLY: z
    .string()
    .refine(
      (text) => listOf(text).every(isBrokenRule),
      `must be ids of BROKEN evidence rules, separated by commas: ${BROKEN_RULES.join(', ')}`,
    )
    .transform((text): ReadonlySet<EvidenceRuleId> => new Set(listOf(text).filter(isBrokenRule)))
    .exactOptional(),
  // A worker's version is "deployment.build" in Temporal.
  SIGNERING_DEPLOYMENT: z
    .string()
    .regex(/^[\w-]{1,100}$/u, 'must be 1 to 100 letters a to z, digits, "-" and "_"')
    .exactOptional(),
  SIGNERING_BUILD_ID: z
    .string()
    .regex(/^[\w.+-]{1,100}$/u, 'must be 1 to 100 letters a to z, digits, ".", "+", "-" and "_"')
    .exactOptional(),
  // A client puts a document shortly before it claims it.
  SIGNERING_RETENTION_DOCUMENTS_DAYS: daysBetween(2, 36_500),
  // No setting of years is meant by fewer days.
  SIGNERING_RETENTION_ARCHIVE_DAYS: daysBetween(30, 36_500),
  // The service refuses it for 24 hours after the last signature, and deletes the documents itself after 40 days.
  SIGNERING_RETENTION_SERVICE_DAYS: daysBetween(1, 39),
  SIGNERING_LEDGER_WALK_SECONDS: secondsOfAnHour('SIGNERING_LEDGER_WALK_SECONDS'),
  SIGNERING_METRICS_ADDRESS: listenAddress
    .refine(isFixedAddress, 'must name an IP address, not a host name, and a port from 1 to 65535')
    .exactOptional(),
  SIGNERING_METRICS_SECONDS: secondsOfAnHour('SIGNERING_METRICS_SECONDS'),
  SIGNERING_CACHED_WORKFLOWS: z
    .string()
    .refine((text) => /^[1-9][0-9]{0,4}$/u.test(text) && Number(text) >= 20 && Number(text) <= 20_000, {
      error: 'must be a number of workflows from 20 to 20000',
    })
    .transform(Number)
    .exactOptional(),
  SIGNERING_HEALTH_ADDRESS: listenAddress.exactOptional(),
  SIGNERING_IDENTITY_NUMBER_CHECK: identityNumberCheck,
  SIGNERING_ACCEPT_UNENCRYPTED: z.preprocess(
    (value) => value ?? defaultOf('SIGNERING_ACCEPT_UNENCRYPTED'),
    oneOf(['yes', 'no']),
  ),
  SIGNERING_WEBHOOKS: readable.exactOptional(),
  SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES: z.preprocess(
    (value) => value ?? defaultOf('SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES'),
    oneOf(['yes', 'no']),
  ),
  SIGNERING_SMTP: z.string().exactOptional(),
  SIGNERING_EMAIL_FROM: z.string().exactOptional(),
  SIGNERING_LOG_LEVEL: z.preprocess(
    (value) => value ?? defaultOf('SIGNERING_LOG_LEVEL'),
    oneOf(['error', 'warn', 'info', 'debug', 'trace']),
  ),
});

/** Worker settings that are required only with certain values of others. */
export function workerProblemsOf(env: Environment): readonly Problem[] {
  const problems = [...problemsOfTrust(env), ...problemsOfVersion(env), ...problemsOfPace(env)];
  readWebhookSettings(env, problems);
  readTraceSettings(env, problems);
  readEmailSettings(env, problems);
  return problems;
}

function problemsOfTrust(env: Environment): readonly Problem[] {
  const apiUrl = env['SIGNERING_API_URL'];
  if (apiUrl === undefined || ENVIRONMENTS.includes(apiUrl)) return [];
  if (env['SIGNERING_TRUSTED_CERTIFICATES'] !== undefined) return [];
  const message =
    'is not set; it is required unless SIGNERING_API_URL is production or difitest. Set it to the CA certificates of that server';
  return [{ path: 'SIGNERING_TRUSTED_CERTIFICATES', message }];
}

/** A load test that reaches the service sends real jobs, and the service blocks the organisation. */
function problemsOfPace(env: Environment): readonly Problem[] {
  const path = 'SIGNERING_SANDBOX_CALLS_PER_SECOND';
  const apiUrl = env['SIGNERING_API_URL'] ?? '';
  if (env[path] === undefined) return [];
  if (URL.canParse(apiUrl) && LOOPBACK_HOSTS.includes(new URL(apiUrl).hostname)) return [];
  const message = `is only permitted where SIGNERING_API_URL is a sandbox on this machine: ${LOOPBACK_HOSTS.join(', ')}`;
  return [{ path, message }];
}

function problemsOfVersion(env: Environment): readonly Problem[] {
  const names = ['SIGNERING_DEPLOYMENT', 'SIGNERING_BUILD_ID'] as const;
  const absent = names.filter((name) => env[name] === undefined);
  const [path] = absent;
  if (path === undefined || absent.length === names.length) return [];
  return [{ path, message: `is not set; worker versioning requires ${names.join(' and ')}` }];
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The signature API client's requirements, so that a mistake is reported before it connects. */
function isProxyUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) return false;
  return url.pathname === '/' && url.search === '' && url.hash === '' && isPercentEncoded(url);
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/u.test(url.protocol) && `${url.origin}/` === url.href;
}

function isPercentEncoded({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}

function isPlainHttpsUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.protocol === 'https:' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Whether a text is an https URL, or an http URL of this machine. */
export function isHttpsOrLoopback(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
}
