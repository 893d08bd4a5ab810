import { Option } from 'commander';

/** The flows as options name them. */
export const FLOWS = { portal: 'PORTAL', direct: 'DIRECT' } as const;

/** The `--flow` option. */
export interface FlowOption {
  readonly flow?: keyof typeof FLOWS;
}

export function flowOption(description: string): Option {
  return new Option('--flow <flow>', description).choices(Object.keys(FLOWS));
}
