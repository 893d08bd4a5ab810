import type { Connection } from '@temporalio/client';
import type { EncryptionKeys } from '@signering/encryption';
import {
  inspectSettings,
  s3SettingsOf,
  type Environment,
  type InspectedSettings,
  type InspectSettingsOptions,
  type S3Settings,
  type TemporalSettings,
} from '@signering/settings';
import { loadEnterpriseCertificate, type EnterpriseCertificate } from '@signering/signatures';
import { readTrustedCertificates, shippedTrustedCertificates } from '@signering/signing-api';
import { openStorage, type Storage } from '@signering/storage';
import { contactService, type ServiceContact } from './service-contact.js';
import { SettingUnusable } from './setting-unusable.js';

type Values = InspectedSettings['values'];

/** Timeout for connecting to Temporal, and for each call, in milliseconds. */
const TEMPORAL_WITHIN_MS = 5000;

/** The examined settings and the resources they lead to, opened once for all checks. Close it afterwards. */
export class Examination {
  readonly settings: InspectedSettings;
  /** Whether a worker is to run here too. */
  readonly forWorker: boolean;
  #certificate: Promise<EnterpriseCertificate> | undefined;
  #contact: Promise<ServiceContact> | undefined;
  #trustedCertificates: Promise<readonly string[]> | undefined;
  #storage: Promise<Storage> | undefined;
  #temporal: Promise<Connection> | undefined;

  constructor(env: Environment, options: InspectSettingsOptions = {}) {
    this.settings = inspectSettings(env, options);
    this.forWorker = options.readBy?.includes('worker') ?? true;
  }

  /** @throws SettingUnusable */
  setting<Name extends keyof Values>(name: Name): NonNullable<Values[Name]> {
    const value = this.settings.values[name];
    if (value === undefined) throw new SettingUnusable(name);
    return value;
  }

  /** Undefined if not set. @throws SettingUnusable if the value, or the content of its file, is invalid */
  optionalSetting<Name extends keyof Values>(name: Name): Values[Name] {
    const wrong = this.settings.problems.find(({ path }) => path === name || path === `${name}_FILE`);
    if (wrong !== undefined) throw new SettingUnusable(wrong.path);
    return this.settings.values[name];
  }

  /** @throws SettingUnusable */
  keys(): EncryptionKeys {
    if (this.settings.keys === undefined) throw new SettingUnusable('SIGNERING_KEYS');
    return this.settings.keys;
  }

  /** @throws SettingUnusable */
  temporalSettings(): TemporalSettings {
    if (this.settings.temporal === undefined) throw new SettingUnusable('TEMPORAL_*');
    return this.settings.temporal;
  }

  /** @throws CERTIFICATE_UNUSABLE, SettingUnusable */
  certificate(): Promise<EnterpriseCertificate> {
    this.#certificate ??= this.#loadCertificate();
    return this.#certificate;
  }

  /** CA certificates as PEM: from the settings, or the shipped ones. @throws INVALID_SETTINGS, SettingUnusable */
  trustedCertificates(): Promise<readonly string[]> {
    this.#trustedCertificates ??= this.#readTrustedCertificates();
    return this.#trustedCertificates;
  }

  /** @throws INVALID_SETTINGS, CERTIFICATE_UNUSABLE, SettingUnusable */
  contact(): Promise<ServiceContact> {
    this.#contact ??= this.#contactService();
    return this.#contact;
  }

  /** @throws STORAGE_UNAVAILABLE, SettingUnusable */
  storage(): Promise<Storage> {
    this.#storage ??= openStorage({ location: this.setting('SIGNERING_STORAGE'), ...this.s3() });
    return this.#storage;
  }

  /** How a storage in S3 is used. @throws SettingUnusable */
  s3(): { readonly s3?: S3Settings } {
    for (const { path } of this.settings.problems) {
      if (path.startsWith('SIGNERING_S3_')) throw new SettingUnusable(path);
    }
    return s3SettingsOf(this.settings.values);
  }

  /** Connects, with a deadline for each call. @throws the SDK's connection error; SettingUnusable */
  async temporal<T>(call: (connection: Connection) => Promise<T>): Promise<T> {
    this.#temporal ??= this.#connectToTemporal();
    const connection = await this.#temporal;
    return connection.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, () => call(connection));
  }

  async close(): Promise<void> {
    await this.#temporal?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  async #loadCertificate(): Promise<EnterpriseCertificate> {
    const file = this.setting('SIGNERING_CERTIFICATE');
    const password = this.optionalSetting('SIGNERING_CERTIFICATE_PASSWORD');
    return loadEnterpriseCertificate({ file, password });
  }

  async #readTrustedCertificates(): Promise<readonly string[]> {
    const path = this.optionalSetting('SIGNERING_TRUSTED_CERTIFICATES');
    if (path !== undefined) return readTrustedCertificates(path);
    const shipped = shippedTrustedCertificates(this.setting('SIGNERING_API_URL'));
    if (shipped === undefined) throw new SettingUnusable('SIGNERING_TRUSTED_CERTIFICATES');
    return shipped;
  }

  async #contactService(): Promise<ServiceContact> {
    return contactService({
      apiUrl: this.setting('SIGNERING_API_URL'),
      organizationNumber: this.setting('SIGNERING_ORGANIZATION'),
      serverOrganizationNumber: this.setting('SIGNERING_SERVER_ORGANIZATION'),
      trustedCertificates: await this.trustedCertificates(),
      proxy: this.optionalSetting('SIGNERING_PROXY'),
      userAgentSuffix: this.optionalSetting('SIGNERING_USER_AGENT'),
      certificate: await this.certificate(),
    });
  }

  async #connectToTemporal(): Promise<Connection> {
    const { connection } = this.temporalSettings();
    // Imported dynamically: `--help` does not need it.
    const temporal = await import('@temporalio/client');
    return temporal.Connection.connect({ ...connection, connectTimeout: TEMPORAL_WITHIN_MS });
  }
}
