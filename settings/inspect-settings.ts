import type { z } from 'zod';
import type { EncryptionKeys } from '@signering/encryption';
import type { Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { collect, parseKeysInto, problemsIn } from './parse-settings.js';
import { resolveSecretFiles, warnOfExposedSecrets } from './secret-files.js';
import { SETTINGS, type Setting } from './setting-table.js';
import { CLIENT_VALUES, WORKER_VALUES, workerProblemsOf } from './setting-values.js';
import { loadTemporalSettings, type TemporalSettings } from './temporal-settings.js';

const ALL_VALUES = WORKER_VALUES.extend(CLIENT_VALUES.shape);
const USABLE_VALUES = ALL_VALUES.partial();

/** All settings with all their problems, for diagnosis instead of start-up. */
export interface InspectedSettings {
  /** Usable values by variable, with defaults for unset ones. */
  readonly values: z.infer<typeof USABLE_VALUES>;
  /** Absent if invalid. */
  readonly keys?: EncryptionKeys;
  /** Absent if invalid. */
  readonly temporal?: TemporalSettings;
  /** Every mistake, never with the value of a secret. */
  readonly problems: readonly Problem[];
  /** Unknown variables with our prefix: most likely typing errors. */
  readonly unknown: readonly string[];
  /** Sentences about files with secrets that every user of the machine can read. */
  readonly exposed: readonly string[];
}

/** The program that reads the settings. */
export type SettingReader = Setting['readBy'][number];

/** The second argument of {@link inspectSettings}. */
export interface InspectSettingsOptions {
  /** Whose settings must be present and valid. @default both client and worker */
  readonly readBy?: readonly SettingReader[];
}

/** Reads all settings of clients and workers, and continues after a problem. */
export function inspectSettings(
  env: Environment,
  { readBy = ['client', 'worker'] }: InspectSettingsOptions = {},
): InspectedSettings {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  problems.push(...problemsIn(ALL_VALUES.safeParse(resolved).error, resolved), ...workerProblemsOf(resolved));
  const keys = parseKeysInto(problems, resolved['SIGNERING_KEYS']);
  const temporal = collect(problems, () => loadTemporalSettings(env));
  const wrong = new Set(problems.map(({ path }) => path));
  const usable = Object.fromEntries(
    // An empty value stands for a secret whose file cannot be read.
    Object.entries(resolved).filter(([name, value]) => value !== '' && !wrong.has(name)),
  );
  return {
    values: USABLE_VALUES.parse(usable),
    ...(keys === undefined ? {} : { keys }),
    ...(temporal === undefined ? {} : { temporal }),
    problems: problems.filter(({ path }) => isReadBy(path, readBy)),
    unknown: Object.keys(resolved).filter((name) => name.startsWith('SIGNERING_') && !isKnown(name)),
    exposed: warnOfExposedSecrets(resolved),
  };
}

function isKnown(name: string): boolean {
  return SETTINGS.some((setting) => setting.name === name);
}

/** Problems that concern no single variable of ours, such as Temporal's, concern every reader. */
function isReadBy(path: string, readers: readonly SettingReader[]): boolean {
  const setting: Setting | undefined = SETTINGS.find(({ name }) => name === path);
  return setting === undefined || setting.readBy.some((reader) => readers.includes(reader));
}
