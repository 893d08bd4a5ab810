import type { z } from 'zod';
import { type EncryptionKeys, parseKeys } from '@signering/encryption';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { resolveSecretFiles } from './secret-files.js';
import { SETTINGS } from './setting-table.js';
import { loadTemporalSettings, type TemporalSettings } from './temporal-settings.js';

/** What every program reads: its own values, the keys, and Temporal's settings. */
export interface ParsedSettings<Values> {
  readonly values: Values;
  readonly keys: EncryptionKeys;
  readonly temporal: TemporalSettings;
}

/** The second argument of {@link parseSettings}. */
export interface SettingShape<Values> {
  readonly shape: z.ZodType<Values>;
  /** Finds problems that concern more than one variable. @default none */
  readonly problemsOf?: (resolved: Environment) => readonly Problem[];
}

/**
 * Parses one program's variables and those that all programs need.
 * @throws INVALID_SETTINGS naming every mistake, never the value of a secret
 */
export function parseSettings<Values>(
  env: Environment,
  { shape, problemsOf = () => [] }: SettingShape<Values>,
): ParsedSettings<Values> {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  const parsed = shape.safeParse(resolved);
  problems.push(...problemsIn(parsed.error, resolved), ...problemsOf(resolved));
  const keys = parseKeysInto(problems, resolved['SIGNERING_KEYS']);
  const temporal = collect(problems, () => loadTemporalSettings(env));
  if (!parsed.success || keys === undefined || temporal === undefined || problems.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be used', problems);
  }
  return { values: parsed.data, keys, temporal };
}

/** One problem for each invalid variable. */
export function problemsIn(error: z.ZodError | undefined, resolved: Environment): readonly Problem[] {
  return (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return { path: name, message: resolved[name] === undefined ? missing(name) : message };
  });
}

/** Parses the keys; adds their problems to the list. */
export function parseKeysInto(problems: Problem[], text: string | undefined): EncryptionKeys | undefined {
  if (text === undefined) {
    problems.push({ path: 'SIGNERING_KEYS', message: missing('SIGNERING_KEYS') });
    return undefined;
  }
  // The problem of its file is already in the list.
  if (text === '' && problems.some(({ path }) => path === 'SIGNERING_KEYS_FILE')) return undefined;
  return collect(problems, () => parseKeys(text));
}

/** Adds the problems of an InvalidInputError to the list instead of throwing it. */
export function collect<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Says that a variable is not set, and what it means. */
function missing(name: string): string {
  const meaning = SETTINGS.find((setting) => setting.name === name)?.meaning;
  return meaning === undefined ? 'is not set' : `is not set (${meaning})`;
}
