import { Argument, type Command } from 'commander';
import type { SigningClient } from '@signering/client';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { print } from '../terminal/print.js';
import { quoted } from '../terminal/quoted.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface RepairOptions extends SenderOption {
  readonly by?: string;
  readonly reason?: string;
  readonly sha256?: string;
  readonly duplicate?: string;
  readonly json?: boolean;
}

/** An operator's decision. */
interface Decision {
  readonly done: string;
  readonly send: (client: SigningClient, reference: string, options: RepairOptions) => Promise<void>;
}

const DECISIONS = {
  'fetch-again': {
    done: 'The signed documents are fetched again.',
    send: (client, reference, options) => client.fetchAgain(reference, duplicateOf(options)),
  },
  accept: {
    done: 'The signed documents are accepted as they came: they are archived, and the job is confirmed.',
    send: (client, reference, { by = '', reason = '', sha256, ...options }) =>
      client.acceptSignedDocuments(
        reference,
        { by, reason, ...(sha256 !== undefined && { sha256 }) },
        duplicateOf(options),
      ),
  },
  'send-again': {
    done: 'The job is sent again.',
    send: (client, reference) => client.answerAmbiguousCreate(reference, 'SEND_AGAIN'),
  },
  'give-up': {
    done: 'The job is given up: nothing more is sent, and its process ends with CREATE_ABANDONED.',
    send: (client, reference) => client.answerAmbiguousCreate(reference, 'GIVE_UP'),
  },
} as const satisfies Record<string, Decision>;

type DecisionName = keyof typeof DECISIONS;

/** `signering repair`: sends an operator's decision to a job that waits for one. */
export function addRepairCommand(program: Command): void {
  program
    .command('repair')
    .summary('decide about a job that waits for an operator')
    .description(
      'Tells a job that waits for a person how to go on; signering status says what it waits for. fetch-again and ' +
        'accept are for signed documents that are broken: they are fetched again, or archived and confirmed as they ' +
        'came. send-again and give-up are for a create in doubt: sending again may ask the signers twice. The name ' +
        'and the reason of accept are recorded in the receipt.',
    )
    .argument('<reference>', 'the reference under which it was sent')
    .addArgument(new Argument('<decision>', 'what to do').choices(Object.keys(DECISIONS)))
    .option('--by <name>', 'accept: who decides, 1 to 100 characters')
    .option('--reason <text>', 'accept: why, 1 to 500 characters; no personal data')
    .option('--sha256 <digest>', 'accept: only the document with this digest; the others are fetched again')
    .option('--duplicate <job>', 'fetch-again, accept: a second job under the reference, by its id')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering repair lease-42 fetch-again' +
        "\n  $ signering repair lease-42 accept --by kari.nordmann --reason 'Genuine'" +
        '\n  $ signering repair lease-42 send-again',
    )
    .action(async (reference: string, decision: DecisionName, options: RepairOptions) => {
      demandFittingOptions(decision, options);
      const { done, send } = DECISIONS[decision];
      await withClient(({ client }) => send(client, reference, options), options);
      print([done, `Follow it: npx signering watch ${quoted(reference)}`], {
        ...options,
        value: { reference, decision },
      });
    });
}

function duplicateOf({ duplicate }: RepairOptions): Pick<RepairOptions, 'duplicate'> {
  return duplicate === undefined ? {} : { duplicate };
}

/** @throws INVALID_REQUEST */
function demandFittingOptions(
  decision: DecisionName,
  { by, reason, sha256, duplicate }: RepairOptions,
): void {
  const given = Object.entries({ by, reason, sha256 });
  const problems =
    decision === 'accept'
      ? given
          .filter(([name, value]) => name !== 'sha256' && value === undefined)
          .map(([name]) => ({
            path: `--${name}`,
            message: 'is required to accept: it is recorded in the receipt',
          }))
      : given
          .filter(([, value]) => value !== undefined)
          .map(([name]) => ({ path: `--${name}`, message: `goes with accept, not with ${decision}` }));
  if (duplicate !== undefined && (decision === 'send-again' || decision === 'give-up')) {
    problems.push({ path: '--duplicate', message: `goes with fetch-again and accept, not with ${decision}` });
  }
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The command line cannot be read', problems);
  }
}
