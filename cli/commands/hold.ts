import type { Command } from 'commander';
import type { JobHold, SigningClient } from '@signering/client';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { holdLine } from '../terminal/job-view.js';
import { print } from '../terminal/print.js';
import { userName } from '../user-name.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface HoldOptions extends SenderOption {
  readonly by?: string;
  readonly reason?: string;
  readonly release?: boolean;
  readonly json?: boolean;
}

/** `signering hold`: places, releases and lists legal holds. */
export function addHoldCommand(program: Command): void {
  program
    .command('hold')
    .summary('keep everything of a job: legal hold')
    .description(
      'Places a legal hold: nothing of the job is deleted until the hold is released, in storage or at the service on ' +
        'your request. Without a reference it lists the holds. Needs no worker. Who placed or released it is recorded.',
    )
    .argument('[reference]', 'the reference of the job')
    .option('--reason <text>', 'why, 1 to 500 characters; no personal data; required to place a hold')
    .option('--release', 'release the hold')
    .option('--by <name>', 'who decides, 1 to 100 characters; by default your user name on this machine')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  $ signering hold lease-42 --reason 'Case 26-0042'" +
        "\n  $ signering hold lease-42 --release --reason 'The case is closed'\n  $ signering hold",
    )
    .action(async (reference: string | undefined, options: HoldOptions) => {
      const run =
        reference === undefined
          ? (client: SigningClient) => list(client, options)
          : options.release === true
            ? (client: SigningClient) => release(client, reference, options)
            : (client: SigningClient) => place(client, reference, options);
      await withClient(({ client }) => run(client), options);
    });
}

async function list(client: SigningClient, options: HoldOptions): Promise<void> {
  const holds = await client.holds.list();
  const lines = holds.map(({ reference, ...hold }) => `${reference}: ${holdLine(hold)}`);
  print(lines.length === 0 ? ['No job has a legal hold.'] : lines, { ...options, value: { holds } });
}

async function place(client: SigningClient, reference: string, options: HoldOptions): Promise<void> {
  const { reason, by = userName() } = options;
  if (reason === undefined) {
    const message = 'is required to place a hold';
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', [{ path: '--reason', message }]);
  }
  const hold = await client.holds.place(reference, { reason, by });
  const { documentsRemovedAt, ...inForce } = hold;
  const lines = [
    `${reference}: ${holdLine(hold)}`,
    'Nothing of the job is deleted until the hold is released.',
  ];
  if (documentsRemovedAt !== undefined) {
    lines.push(
      `! Retention began to remove the archived documents on ${documentsRemovedAt}: they may be gone.`,
    );
  }
  const removed = documentsRemovedAt === undefined ? {} : { documentsRemovedAt };
  print(lines, { ...options, value: { reference, hold: inForce, ...removed } });
}

async function release(client: SigningClient, reference: string, options: HoldOptions): Promise<void> {
  const { reason, by = userName() } = options;
  const released: JobHold | undefined = await client.holds.release(reference, { reason, by });
  print(
    [
      released === undefined
        ? `${reference} has no legal hold.`
        : `${reference}: the legal hold is released. It was: ${holdLine(released)}`,
    ],
    { ...options, value: { reference, ...(released && { released }) } },
  );
}
