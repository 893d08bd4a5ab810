import { Argument, type Command } from 'commander';
import type { SigningClient } from '@signering/client';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { print } from '../terminal/print.js';
import { quotedLast } from '../terminal/quoted.js';
import { userName } from '../user-name.js';
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
    send: (client, reference, options) =>
      client.retryArchiving(reference, { ...decidedBy(options), ...duplicateOf(options) }),
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
    send: (client, reference, options) =>
      client.answerAmbiguousCreate(reference, 'SEND_AGAIN', decidedBy(options)),
  },
  'give-up': {
    done: 'The job is abandoned: nothing more is sent, and its workflow ends with CREATE_ABANDONED.',
    send: (client, reference, options) =>
      client.answerAmbiguousCreate(reference, 'GIVE_UP', decidedBy(options)),
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
        'twice; give-up sends nothing more and ends the job. The receipt records who decided and why.',
    )
    .argument('<reference>', 'the reference of the job')
    .addArgument(new Argument('<decision>', 'what to do').choices(Object.keys(DECISIONS)))
    .option(
      '--by <name>',
      'who decides, 1 to 100 characters; for accept required, otherwise by default your user name on this machine',
    )
    .option('--reason <text>', 'why, 1 to 500 characters; no personal data; required for accept')
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
      print([done, `Follow it: npx signering watch ${quotedLast(reference)}`], {
        ...options,
        value: { reference, decision },
      });
    });
}

function decidedBy({ by = userName(), reason }: RepairOptions): Pick<RepairOptions, 'by' | 'reason'> {
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

function duplicateOf({ duplicate }: RepairOptions): Pick<RepairOptions, 'duplicate'> {
  return duplicate === undefined ? {} : { duplicate };
}

/** @throws INVALID_REQUEST */
function demandFittingOptions(
  decision: DecisionName,
  { by, reason, sha256, duplicate }: RepairOptions,
): void {
  const problems: { path: string; message: string }[] = [];
  if (decision === 'accept') {
    const missing = Object.entries({ by, reason }).filter(([, value]) => value === undefined);
    for (const [name] of missing)
      problems.push({ path: `--${name}`, message: 'is required to accept: it is recorded in the receipt' });
  } else if (sha256 !== undefined) {
    problems.push({ path: '--sha256', message: `applies to accept, not to ${decision}` });
  }
  if (duplicate !== undefined && (decision === 'send-again' || decision === 'give-up')) {
    problems.push({ path: '--duplicate', message: `applies to fetch-again and accept, not to ${decision}` });
  }
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', problems);
  }
}
