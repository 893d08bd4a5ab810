import { InvalidArgumentError, Option } from 'commander';

/** The flows as options name them. */
export const FLOWS = { portal: 'PORTAL', direct: 'DIRECT' } as const;

/** The `--flow` option. */
export interface FlowOption {
  readonly flow?: keyof typeof FLOWS;
}

export function flowOption(description: string): Option {
  const names = Object.keys(FLOWS);
  return new Option('--flow <flow>', description).choices(names).argParser((text) => {
    // JSON output has them in upper case.
    const name = names.find((one) => one === text.toLowerCase());
    if (name === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
    return name;
  });
}
