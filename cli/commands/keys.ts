import { Option, type Command } from 'commander';
import type { Environment } from '@signering/settings';
import { print, printRemark } from '../terminal/print.js';

interface NewOptions {
  readonly file?: string;
  readonly print?: boolean;
  readonly json?: boolean;
}

interface RotateOptions {
  readonly to?: string;
  readonly step: '1' | '2' | '3';
  readonly clientsDone?: boolean;
  /** False: `--no-portal`. */
  readonly portal: boolean;
  readonly json?: boolean;
}

/** `signering keys`: makes encryption keys, lists those of this process, and checks a rotation. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, list and rotate encryption keys')
    .description(
      'Makes encryption keys, lists those of the settings, and checks how far a rotation is. docs/operating.md has its steps.',
    )
    .addHelpText('after', '\nExamples:\n  $ signering keys list\n  $ signering keys rotate --check');
  keys
    .command('new')
    .description(
      'Makes an encryption key, named by the day, and adds it to a file behind the keys that are there: it decrypts, and ' +
        'the first key goes on encrypting. Only you can read the file. The key itself is not printed.',
    )
    .option('--file <file>', 'the file (default: that of SIGNERING_KEYS_FILE)')
    .option('--print', 'print the key, as id:base64, instead of writing it to a file: for a secret store')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering keys new --file keys')
    .action(newKey);
  keys
    .command('list')
    .description(
      'Lists the keys of the settings: id, fingerprint, which one encrypts, and whether workers on the storage know it. ' +
        'Exit code 2 if an id stands for another key there.',
    )
    .option('--json', 'print JSON')
    .action(listKeys);
  addRotateCommand(keys);
}

function addRotateCommand(keys: Command): void {
  keys
    .command('rotate')
    .description(
      'Checks how far a rotation is: (1) every process reads the new key, (2) every process writes with it, (3) no ' +
        'old key is needed. Asks the workers by their polls of the last two minutes, and the codec server of ' +
        'TEMPORAL_CODEC_ENDPOINT. Changes nothing. Exit code 0: the steps are done; 2: you have something to do; ' +
        '75: only time is missing, until workflows end and Temporal removes them.',
    )
    .requiredOption('--check', 'check; there is no other mode')
    .option('--to <id>', 'the new key (default: the newest, where ids are days)')
    .addOption(new Option('--step <number>', 'the last step to check').choices(['1', '2', '3']).default('3'))
    .option(
      '--clients-done',
      'you have given every client, and every codec server that is not asked, the keys of these settings, in their order',
    )
    .option(
      '--no-portal',
      'there is no sender portal: without SIGNERING_PORTAL_DATABASE the third step is not done otherwise; with it, the ' +
        'command refuses this option',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering keys rotate --check --step 1 --clients-done')
    .action(rotateKeys);
}

async function rotateKeys(options: RotateOptions): Promise<void> {
  const { loadClientSettings } = await import('@signering/settings');
  const env = await environment();
  // Names every mistake.
  loadClientSettings(env);
  const { checkRotation, rotationLines } = await import('../keys/check-rotation.js');
  const report = await checkRotation({
    env,
    to: options.to,
    step: Number(options.step) as 1 | 2 | 3,
    clientsDone: options.clientsDone === true,
    hasPortal: options.portal,
    onRemark: printRemark,
  });
  print(rotationLines(report), { ...options, value: report });
  process.exitCode = report.exitCode;
}

async function newKey(options: NewOptions): Promise<void> {
  const { formatKeys, generateKey, keyFingerprint } = await import('@signering/encryption');
  if (options.print === true) {
    const key = generateKey(new Date().toISOString().slice(0, 10));
    print([formatKeys([key])], { ...options, value: { id: key.id, key: formatKeys([key]) } });
    return;
  }
  const { InvalidInputError } = await import('@signering/schema');
  const file = options.file ?? (await environment())['SIGNERING_KEYS_FILE'];
  if (file === undefined || file === '') {
    throw new InvalidInputError('INVALID_REQUEST', 'No key was added', [
      {
        path: '--file',
        message: 'is required, because SIGNERING_KEYS_FILE is not set; or --print for a secret store',
      },
    ]);
  }
  const { addKey } = await import('../keys/add-key.js');
  const { key, encrypts } = addKey(file);
  const fingerprint = keyFingerprint(key);
  const next = encrypts
    ? 'It is the only key in the file, so it encrypts.'
    : 'It decrypts only: give the file to every client, worker and codec server and restart them, before you put it first.';
  print([`Key ${key.id} (fingerprint ${fingerprint}) was added to ${file}.`, next], {
    ...options,
    value: { id: key.id, fingerprint, file, encrypts },
  });
}

async function listKeys(options: { readonly json?: boolean }): Promise<void> {
  const { keyFingerprint } = await import('@signering/encryption');
  const { loadKeys } = await import('@signering/settings');
  const env = await environment();
  const recall = await recallOf(env);
  const listed = [];
  for (const [index, key] of loadKeys(env).entries()) {
    const fingerprint = keyFingerprint(key);
    const known = await recall?.(key.id);
    const storage =
      recall === undefined
        ? 'NOT_CHECKED'
        : known === undefined
          ? 'UNKNOWN_KEY'
          : known === fingerprint
            ? 'KNOWN_KEY'
            : 'OTHER_KEY';
    listed.push({ id: key.id, fingerprint, encrypts: index === 0, storage } as const);
  }
  const lines = listed.map(
    ({ id, fingerprint, encrypts, storage }) =>
      `${id}  ${fingerprint}  ${encrypts ? 'encrypts and decrypts' : 'decrypts'}; ${WORDS[storage]}`,
  );
  print(lines, { ...options, value: { keys: listed } });
  if (listed.some(({ storage }) => storage === 'OTHER_KEY')) process.exitCode = 2;
}

const WORDS = {
  KNOWN_KEY: 'workers have used it on this storage',
  UNKNOWN_KEY: 'no worker has used it on this storage',
  OTHER_KEY: 'its id stands for another key on this storage',
  NOT_CHECKED: 'SIGNERING_STORAGE is not set',
} as const;

/** Reads fingerprints from the storage of the settings; undefined without one, as for a codec server. */
async function recallOf(
  env: Environment,
): Promise<((id: string) => Promise<string | undefined>) | undefined> {
  const location = env['SIGNERING_STORAGE'];
  if (location === undefined || location === '') return undefined;
  const { s3SettingsOf } = await import('@signering/settings');
  const { openStorage } = await import('@signering/storage');
  const { keyFingerprints } = await openStorage({ location, ...s3SettingsOf(env) });
  return (id) => keyFingerprints.recall(id);
}

async function environment(): Promise<Environment> {
  const { commandSettings } = await import('../settings.js');
  return commandSettings({ cwd: process.cwd(), env: process.env, onRemark: printRemark });
}
