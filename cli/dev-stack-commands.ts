import { errorCodeOf, InvalidInputError } from '@signering/schema';
import type { Command } from 'commander';

/** Adds one subcommand to `signering`. */
type AddCommand = (program: Command) => void;

/** Not a dependency in package.json, because it depends on this package. */
const DEV_STACK = '@signering/dev-stack';
const NAMES = ['dev', 'demo', 'sandbox'];

/** The commands of `@signering/dev-stack`, which is not installed on servers; without it, commands that report so. */
export async function devStackCommands(): Promise<readonly AddCommand[]> {
  try {
    const commands: string = `${DEV_STACK}/commands`;
    const loaded = (await import(commands)) as { readonly devStackCommands: readonly AddCommand[] };
    return loaded.devStackCommands;
  } catch (error) {
    if (errorCodeOf(error) !== 'ERR_MODULE_NOT_FOUND' || !String(error).includes(`'${DEV_STACK}'`))
      throw error;
    return NAMES.map((name) => (program) => {
      program
        .command(name, { hidden: true })
        .allowUnknownOption()
        .argument('[words...]')
        .action(() => {
          throw new InvalidInputError('INVALID_REQUEST', `Cannot run signering ${name}`, [
            { path: DEV_STACK, message: `is not installed: npm install ${DEV_STACK}` },
          ]);
        });
    });
  }
}
