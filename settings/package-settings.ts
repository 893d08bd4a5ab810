import { InvalidInputError, type IdentityNumberCheck, type Problem, type Sector } from '@signering/schema';
import type { Environment } from './environment.js';
import { problemsIn } from './parse-settings.js';
import { resolveSecretFiles } from './secret-files.js';
import { CLIENT_VALUES, WORKER_VALUES } from './setting-values.js';

/** Settings of a command that writes a document package without sending it. */
export interface PackageSettings {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** Location of the enterprise certificate. */
  readonly certificate: { readonly file: string; readonly password?: string };
  /** Whether check digits of identity numbers are verified. */
  readonly identityNumberCheck: IdentityNumberCheck;
  /** The sender's sector, whose rules are checked. @default unknown */
  readonly sector?: Sector;
}

const PACKAGE_VALUES = WORKER_VALUES.pick({
  SIGNERING_ORGANIZATION: true,
  SIGNERING_CERTIFICATE: true,
  SIGNERING_CERTIFICATE_PASSWORD: true,
  SIGNERING_IDENTITY_NUMBER_CHECK: true,
}).extend(CLIENT_VALUES.pick({ SIGNERING_SECTOR: true }).shape);

/** @throws INVALID_SETTINGS naming every mistake */
export function loadPackageSettings(env: Environment): PackageSettings {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  // Problems in files that this command does not use are ignored.
  const relevant = problems.filter(({ path }) => path.startsWith('SIGNERING_CERTIFICATE'));
  const parsed = PACKAGE_VALUES.safeParse(resolved);
  relevant.push(...problemsIn(parsed.error, resolved));
  if (!parsed.success || relevant.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be used', relevant);
  }
  const { SIGNERING_ORGANIZATION, SIGNERING_CERTIFICATE: file } = parsed.data;
  const { SIGNERING_CERTIFICATE_PASSWORD: password, SIGNERING_SECTOR: sector } = parsed.data;
  return {
    organizationNumber: SIGNERING_ORGANIZATION,
    certificate: { file, ...(password === undefined ? {} : { password }) },
    identityNumberCheck: parsed.data.SIGNERING_IDENTITY_NUMBER_CHECK,
    ...(sector === undefined ? {} : { sector }),
  };
}
