import { InvalidArgumentError, Option } from 'commander';
import { NINE_DIGITS } from '@signering/schema';

/** The `--sender` option of commands about jobs, for brokers. */
export interface SenderOption {
  readonly sender?: string;
}

/** `--sender`: a sender other than the one in the settings. */
export function senderOption(): Option {
  return new Option(
    '--sender <number>',
    'for brokers: the organisation number of the sender (default: SIGNERING_ORGANIZATION)',
  ).argParser((text: string) => {
    if (!NINE_DIGITS.test(text)) throw new InvalidArgumentError('It must be nine digits without blanks.');
    return text;
  });
}
