// Parses every environment variable once.
export { readEmailSettings, type EmailSettings } from './email-settings.js';
export type { TraceSettings } from './trace-settings.js';
export {
  loadCodecServerSettings,
  type CodecOidcSettings,
  type CodecServerSettings,
} from './codec-server-settings.js';
export { demandClientSettings, LONGEST_TIMEOUT_MS } from './given-client-settings.js';
export { DEV_ENV_FILE, readEnvFile, writeEnvFile } from './dev-env-file.js';
export {
  CLIENT_DEFAULTS,
  loadClientSettings,
  type ClientSettingsWithoutTemporal,
  type ClientSettings,
} from './client-settings.js';
export {
  readEnvironment,
  readTextFile,
  type Environment,
  type ReadEnvironmentOptions,
} from './environment.js';
export {
  inspectSettings,
  type InspectedSettings,
  type InspectSettingsOptions,
  type SettingReader,
} from './inspect-settings.js';
export { formatListenAddress, type ListenAddress } from './listen-address.js';
export { loadKeys } from './load-keys.js';
export { loadPackageSettings, type PackageSettings } from './package-settings.js';
export { s3SettingsOf, type S3Settings } from './s3-settings.js';
export { warnOfExposedSecrets } from './secret-files.js';
export {
  loadSenderPortalSettings,
  portalDatabaseAddress,
  type FirstManager,
  type PortalDatabase,
  type SenderPortalSettings,
} from './sender-portal-settings.js';
export { SETTINGS, type Setting, type SettingName } from './setting-table.js';
export { loadTemporalSettings, type TemporalSettings } from './temporal-settings.js';
export { loadWorkerSettings, type WorkerSettings } from './worker-settings.js';
export type { WebhookReceiverSettings, WebhookSettings } from './webhook-settings.js';
export { memoryLimits, workflowCacheFor, type MemoryLimits } from './workflow-cache.js';
