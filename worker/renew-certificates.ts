import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from '@temporalio/worker';
import { SigningError } from '@signering/schema';
import { loadWorkerSettings, type Environment, type WorkerSettings } from '@signering/settings';
import { loadEnterpriseCertificate, type EnterpriseCertificate } from '@signering/signatures';
import { readTrustedCertificates, shippedTrustedCertificates } from '@signering/signing-api';

/** The certificates that a worker uses. */
export interface UsedCertificates {
  readonly enterprise: EnterpriseCertificate;
  /** As PEM. */
  readonly trusted: readonly string[];
}

/** The argument of {@link renewCertificates}. */
export interface RenewCertificatesOptions {
  readonly env: Environment;
  /** Those that the worker started with. */
  readonly used: UsedCertificates;
  readonly logger: Logger;
  /** Called with usable certificates, of which one differs from those in use. @throws INVALID_SETTINGS to keep the earlier ones */
  readonly onRenewed: (renewed: UsedCertificates) => void;
}

/** How often the files are looked at, in milliseconds. Events of the file system miss network volumes and replaced links. */
const LOOK_EVERY_MS = 5000;
const FILES = [
  'SIGNERING_CERTIFICATE',
  'SIGNERING_CERTIFICATE_PASSWORD_FILE',
  'SIGNERING_TRUSTED_CERTIFICATES',
] as const;

/** @throws CERTIFICATE_UNUSABLE, INVALID_SETTINGS */
export async function loadCertificates(settings: WorkerSettings): Promise<UsedCertificates> {
  const { certificate, trustedCertificates, apiUrl } = settings;
  return {
    enterprise: await loadEnterpriseCertificate(certificate),
    trusted:
      trustedCertificates === undefined
        ? (shippedTrustedCertificates(apiUrl) ?? [])
        : await readTrustedCertificates(trustedCertificates),
  };
}

/**
 * Reads the certificates again at SIGHUP and when one of their files changes, also by a replaced symbolic link. Certificates
 * that cannot be used are logged, and the earlier ones stay in use.
 */
export function renewCertificates({ env, used, logger, onRenewed }: RenewCertificatesOptions) {
  let current = used;
  let renewing = Promise.resolve();

  async function renew(): Promise<void> {
    try {
      const found = await loadCertificates(loadWorkerSettings(env));
      if (areSame(found, current)) {
        logger.info('The certificates were read again and have not changed.');
        return;
      }
      onRenewed(found);
      current = found;
      const { certificate, organizationNumber } = found.enterprise;
      logger.info('The certificates were renewed.', {
        organizationNumber,
        serialNumber: certificate.serialNumber,
        expires: new Date(certificate.validTo).toISOString(),
      });
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      logger.warn('The new certificates cannot be used; the worker keeps the earlier ones.', {
        code: error.code,
        reason: error.message,
        expires: new Date(current.enterprise.certificate.validTo).toISOString(),
      });
    }
  }
  const ask = (): void => {
    renewing = renewing.then(renew).catch((error: unknown) => {
      logger.error('The certificates could not be read again.', { error });
    });
  };

  const paths = FILES.flatMap((name) => env[name] ?? []).filter((path) => path !== '');
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, ask);
  process.on('SIGHUP', ask);
  return {
    stop: async (): Promise<void> => {
      process.off('SIGHUP', ask);
      for (const path of paths) unwatchFile(path, ask);
      await renewing;
    },
  };
}

function areSame(one: UsedCertificates, other: UsedCertificates): boolean {
  return fingerprintsOf(one) === fingerprintsOf(other);
}

function fingerprintsOf({ enterprise, trusted }: UsedCertificates): string {
  return [...enterprise.chain.map(({ fingerprint256 }) => fingerprint256), ...trusted].join('\n');
}
