import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import type { FailedWebhookSummary, SigningClient } from '@signering/client';
import { withClient } from '../client.js';
import { formatMoment } from '../syntax/moment.js';
import { print } from '../terminal/print.js';
import { quoted } from '../terminal/quoted.js';
import { userName } from '../user-name.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface WebhookOptions extends SenderOption {
  readonly receiver?: string;
  readonly limit: number;
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

interface Request {
  readonly client: SigningClient;
  /** A reference, or a receiver's id. */
  readonly name: string | undefined;
  readonly options: WebhookOptions;
}

/** What a command prints. */
interface Printed {
  readonly lines: readonly string[];
  readonly value: unknown;
}

const ACTIONS = { failed: listFailed, retry: retryFailed, disable, enable } as const;
type ActionName = keyof typeof ACTIONS;

/** `signering webhooks`: webhooks that were given up, and receivers that get none. */
export function addWebhooksCommand(program: Command): void {
  program
    .command('webhooks')
    .summary('list and retry failed webhooks, disable a receiver')
    .description(
      'failed lists the webhooks that workers gave up, and the disabled receivers. retry sends failed webhooks again, of one ' +
        'job or of all. disable has every worker send nothing more to a receiver, also requests under way; webhooks that ' +
        'are due meanwhile fail. enable ends that; then retry sends what failed.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(ACTIONS)))
    .argument('[name]', 'failed, retry: the reference of a job; disable, enable: the id of a receiver')
    .option('--receiver <id>', 'failed, retry: only webhooks to this receiver')
    .addOption(new Option('--limit <n>', 'failed: at most so many webhooks').argParser(limitOf).default(100))
    .option('--by <name>', 'disable, enable: who decides (default: your user name on this machine)')
    .option('--reason <text>', 'disable, enable: why, 1 to 500 characters; no personal data')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering webhooks failed\n  $ signering webhooks retry lease-42' +
        '\n  $ signering webhooks retry --receiver case-system' +
        "\n  $ signering webhooks disable case-system --reason 'Is being moved'",
    )
    .action(
      async (action: ActionName, name: string | undefined, options: WebhookOptions, command: Command) => {
        if (name === undefined && (action === 'disable' || action === 'enable')) {
          command.error(`error: ${action} requires the id of a receiver`);
        }
        const { lines, value } = await withClient(
          ({ client }) => ACTIONS[action]({ client, name, options }),
          options,
        );
        print(lines, { ...options, value });
      },
    );
}

async function listFailed({ client, name, options }: Request): Promise<Printed> {
  const { receiver, limit } = options;
  const failed: FailedWebhookSummary[] = [];
  for await (const one of client.webhooks.listFailed({ reference: name, receiver })) {
    failed.push(one);
    if (failed.length === limit) break;
  }
  const disabled = await client.webhooks.listDisabled();
  return {
    lines: [
      ...disabled.map((one) => `${one.receiver} is disabled since ${formatMoment(one.disabledAt)}.`),
      ...(failed.length === 0 ? ['No webhook was given up.'] : failed.flatMap(failedLines)),
      ...(failed.length === limit ? [`There may be more: this is the limit of ${limit}.`] : []),
    ],
    value: { disabled, failed },
  };
}

async function retryFailed({ client, name, options: { receiver } }: Request): Promise<Printed> {
  const references: string[] = [];
  for await (const reference of client.webhooks.retryFailed({ reference: name, receiver })) {
    references.push(reference);
  }
  return {
    lines: [
      references.length === 0
        ? 'No webhook was given up.'
        : `The failed webhooks of ${references.length} ${references.length === 1 ? 'job' : 'jobs'} are sent again.`,
    ],
    value: { references },
  };
}

async function disable({ client, name = '', options }: Request): Promise<Printed> {
  const isKnown = await client.webhooks.disable(name, decidedBy(options));
  return {
    lines: [
      `No worker sends webhooks to ${name} any more.`,
      ...(isKnown
        ? []
        : ['Warning: no worker polls, so nothing shows whether there is a receiver of this id.']),
      `To send again: npx signering webhooks enable ${quoted(name)}`,
    ],
    value: { receiver: name, disabled: true, known: isKnown },
  };
}

async function enable({ client, name = '', options }: Request): Promise<Printed> {
  await client.webhooks.enable(name, decidedBy(options));
  return {
    lines: [
      `Workers send webhooks to ${name} again.`,
      `To send what failed meanwhile: npx signering webhooks retry --receiver ${quoted(name)}`,
    ],
    value: { receiver: name, disabled: false },
  };
}

function failedLines(failed: FailedWebhookSummary): readonly string[] {
  const { reference, receiver, type, sequence, code, message, failedAt } = failed;
  return [
    `${reference}: ${type} (event ${sequence}) to ${receiver}, ${formatMoment(failedAt)}`,
    `  ${code}: ${message}`,
  ];
}

function decidedBy({ by = userName(), reason }: WebhookOptions): Pick<WebhookOptions, 'by' | 'reason'> {
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
