import { SigningError } from './errors.js';

/** Version of every format of this release: inputs and results of workflows, ledger entries, receipts. */
const FORMAT_VERSION = 1;

/** What {@link demandVersion} says of data that a later version wrote. */
export interface VersionedOptions {
  /** What is read, such as `the receipt in 42-lease`. */
  readonly what: string;
  /** What has to be upgraded, such as `the workers`. */
  readonly upgrade: string;
}

/** VERSION_NOT_SUPPORTED: a later version of this product wrote the data, in a format that this version cannot read. */
export class VersionNotSupportedError extends SigningError {
  constructor(version: number, { what, upgrade }: VersionedOptions) {
    super(
      'VERSION_NOT_SUPPORTED',
      `Cannot read ${what}: its format has version ${version}, and this program reads version ${FORMAT_VERSION}. ` +
        `Upgrade ${upgrade}, then repeat the call.`,
    );
  }
}

/**
 * Makes sure that data has the version that this release reads. Data without a version passes: its own checks follow.
 * @throws VERSION_NOT_SUPPORTED
 */
export function demandVersion(data: unknown, options: VersionedOptions): void {
  if (typeof data !== 'object' || data === null || !('version' in data)) return;
  const { version } = data;
  if (typeof version === 'number' && version !== FORMAT_VERSION)
    throw new VersionNotSupportedError(version, options);
}
