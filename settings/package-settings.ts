import { InvalidInputError, type IdentityNumberCheck, type Problem } from '../schema/index.js';
import type { Environment } from './environment.js';
import { problemsIn } from './parse-settings.js';
import { resolveSecretFiles } from './secret-files.js';
import { WORKER_VALUES } from './setting-values.js';

/** What whoever writes a document package without sending it must know. */
export interface PackageSettings {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** Where the enterprise certificate lies. */
  readonly certificate: { readonly file: string; readonly password?: string };
  /** Whether check digits of identity numbers are checked. */
  readonly identityNumberCheck: IdentityNumberCheck;
}

const PACKAGE_VALUES = WORKER_VALUES.pick({
  SIGNERING_ORGANIZATION: true,
  SIGNERING_CERTIFICATE: true,
  SIGNERING_CERTIFICATE_PASSWORD: true,
  SIGNERING_IDENTITY_NUMBER_CHECK: true,
});

/** @throws INVALID_SETTINGS naming every mistake */
export function loadPackageSettings(env: Environment): PackageSettings {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  // A mistake in a file that nobody needs here is none.
  const relevant = problems.filter(({ path }) => path.startsWith('SIGNERING_CERTIFICATE'));
  const parsed = PACKAGE_VALUES.safeParse(resolved);
  relevant.push(...problemsIn(parsed.error, resolved));
  if (!parsed.success || relevant.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be used', relevant);
  }
  const { SIGNERING_ORGANIZATION, SIGNERING_CERTIFICATE: file } = parsed.data;
  const password = parsed.data.SIGNERING_CERTIFICATE_PASSWORD;
  return {
    organizationNumber: SIGNERING_ORGANIZATION,
    certificate: { file, ...(password === undefined ? {} : { password }) },
    identityNumberCheck: parsed.data.SIGNERING_IDENTITY_NUMBER_CHECK,
  };
}
