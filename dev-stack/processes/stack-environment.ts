import type { SandboxAnnouncement } from './sandbox-announcement.js';

/** The argument of {@link stackEnvironment}. */
export interface StackEnvironmentOptions {
  readonly announcement: SandboxAnnouncement;
  readonly storageFolder: string;
  /** `SIGNERING_KEYS`. */
  readonly keys: string;
  /** `TEMPORAL_ADDRESS` and other variables needed to reach Temporal. */
  readonly temporal: Readonly<Record<string, string>>;
}

/** The settings with which worker, client and commands use a stack on this machine. */
export function stackEnvironment(options: StackEnvironmentOptions): Record<string, string> {
  const { announcement, storageFolder, keys, temporal } = options;
  return {
    SIGNERING_CERTIFICATE: announcement.certificate.file,
    SIGNERING_CERTIFICATE_PASSWORD: announcement.certificate.password,
    SIGNERING_ORGANIZATION: announcement.organizationNumber,
    SIGNERING_API_URL: announcement.apiUrl,
    SIGNERING_SERVER_ORGANIZATION: announcement.serverOrganizationNumber,
    SIGNERING_TRUSTED_CERTIFICATES: announcement.trustedCertificates,
    SIGNERING_STORAGE: storageFolder,
    SIGNERING_KEYS: keys,
    ...temporal,
  };
}

/**
 * This environment without the product's and Temporal's settings, so that a stack's settings are not mixed with
 * others.
 */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('SIGNERING_') && !name.startsWith('TEMPORAL_')),
  );
}
