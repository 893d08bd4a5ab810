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
    send: (client, reference, options) => client.retryArchiving(reference, duplicateOf(options)),
  },
  accept: {
    done: 'The signed documents are accepted unchanged: they are archived, and the job is confirmed.',
    send: (client, reference, { by = '', reason = '', sha256, ...options }) =>
      client.acceptSignedDocuments(reference, {
        by,
        reason,
        ...(sha256 !== undefined && { sha256 }),
        ...duplicateOf(options),
      }),
  },
  'send-again': {
    done: 'The job is sent again.',
    send: (client, reference) => client.answerAmbiguousCreate(reference, 'SEND_AGAIN'),
  },
  'give-up': {
    done: 'The job is abandoned: nothing more is sent, and its workflow ends with CREATE_ABANDONED.',
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
      'Sends your decision to a job that waits for an operator; signering status prints what it waits for. ' +
        'For broken signed documents: fetch-again fetches them again; accept archives them unchanged and confirms ' +
        'the job. For a create call without an answer: send-again sends the job again, which may notify the signers ' +
        'twice; give-up sends nothing more and ends the job. The receipt records the name and the reason of accept.',
    )
    .argument('<reference>', 'the reference of the job')
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
          .map(([name]) => ({ path: `--${name}`, message: `applies to accept, not to ${decision}` }));
  if (duplicate !== undefined && (decision === 'send-again' || decision === 'give-up')) {
    problems.push({ path: '--duplicate', message: `applies to fetch-again and accept, not to ${decision}` });
  }
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', problems);
  }
}
