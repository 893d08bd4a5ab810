/**
 * A check needs a setting that is missing or invalid, which the settings check has reported. Internal to the doctor.
 */
export class SettingUnusable extends Error {
  constructor(name: string) {
    super(`${name} is missing or wrong`);
    this.name = 'SettingUnusable';
  }
}
