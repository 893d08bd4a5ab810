import { join } from 'node:path';
import { readEnvironment, type Environment } from '@signering/settings';
import { DEV_ENV_FILE, readEnvFile } from '@signering/settings';

/** The argument of {@link commandSettings}. */
export interface CommandSettingsOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with a sentence about the source of the settings, if none are given. */
  readonly onRemark: (sentence: string) => void;
}

/**
 * The settings of a command: the environment with `.env`; if neither has any of this product, those of the stack that
 * was started in this folder. @throws INVALID_SETTINGS
 */
export function commandSettings({ cwd, env, onRemark }: CommandSettingsOptions): Environment {
  const given = readEnvironment({ cwd, env });
  const hasOwn = Object.entries(given).some(
    ([name, value]) => name.startsWith('SIGNERING_') && value !== undefined && value !== '',
  );
  if (hasOwn) return given;
  const local = readEnvFile(join(cwd, DEV_ENV_FILE));
  if (local === undefined) {
    onRemark(`No settings are given, and no stack was started in this folder: there is no ${DEV_ENV_FILE}.`);
    return given;
  }
  onRemark(`No settings are given: using those of the local stack (${DEV_ENV_FILE}).`);
  return { ...given, ...local };
}
