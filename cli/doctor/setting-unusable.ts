/** A check asks for a setting that is missing or wrong, which the check of the settings has told. It never leaves the doctor. */
export class SettingUnusable extends Error {
  constructor(name: string) {
    super(`${name} is missing or wrong`);
    this.name = 'SettingUnusable';
  }
}
