import type { Command } from 'commander';
import type { Environment } from '@signering/settings';
import { print, printRemark } from '../terminal/print.js';

interface NewOptions {
  readonly file?: string;
  readonly print?: boolean;
  readonly json?: boolean;
}

/** `signering keys`: makes encryption keys and lists those of this process. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make and list encryption keys')
    .description(
      'Makes encryption keys, and lists those of the settings. docs/operating.md has the order of a rotation.',
    );
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
