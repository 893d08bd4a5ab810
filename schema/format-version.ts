import { SigningError } from './errors.js';
import { isRecord } from './rules/ruled-manifest.js';

/** Version of every format of this release: inputs and results of workflows, ledger entries, receipts. */
const FORMAT_VERSION = 1;

/** The second argument of {@link demandVersion}. */
export interface VersionedOptions {
  /** What is read, such as `the receipt in 42-lease`. */
  readonly what: string;
  /** What has to be upgraded when a later version wrote the data, such as `the workers`. */
  readonly upgrade: string;
  /** What wrote the data, and has to be upgraded when the version is missing. Absent: data without one passes, and its own checks follow. */
  readonly writer?: string;
}

/** VERSION_NOT_SUPPORTED: another version of this product wrote the data, in a format that this version cannot read. */
export class VersionNotSupportedError extends SigningError {
  constructor(what: string, found: string, remedy: string) {
    const rule = `and this program reads version ${FORMAT_VERSION}`;
    super(
      'VERSION_NOT_SUPPORTED',
      `Cannot read ${what}: ${found}, ${rule}. ${remedy}, then repeat the call.`,
    );
  }
}

/**
 * Makes sure that data has the version that this release reads.
 * @throws VERSION_NOT_SUPPORTED
 */
export function demandVersion(data: unknown, { what, upgrade, writer }: VersionedOptions): void {
  const version: unknown = isRecord(data) ? data['version'] : undefined;
  if (version === FORMAT_VERSION) return;
  if (version !== undefined) {
    throw new VersionNotSupportedError(what, `its format has ${named(version)}`, `Upgrade ${upgrade}`);
  }
  if (writer !== undefined) {
    throw new VersionNotSupportedError(what, 'it has no version', `Upgrade or correct ${writer}`);
  }
}

/** Quotes nothing that may be long or personal. */
function named(version: unknown): string {
  const text = typeof version === 'string' || typeof version === 'number' ? String(version) : '';
  return /^[\w.+-]{1,10}$/u.test(text) ? `version ${text}` : 'a version that is not a number';
}
