import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidInputError, whyUnreadable } from '@signering/schema';

/** The options that name the signer. */
export interface SignerOptions {
  readonly signer?: string;
  /** `-` is standard input. */
  readonly signerFile?: string;
}

/** Reads the signer. Identity numbers come by file or standard input only. @throws INVALID_REQUEST */
export async function readSigner({ signer, signerFile }: SignerOptions): Promise<string> {
  if ((signer === undefined) === (signerFile === undefined)) {
    throw refusal('--signer', 'or --signer-file must be given, and not both');
  }
  if (signer?.trimStart().startsWith('pin:') === true) {
    throw refusal(
      '--signer',
      'cannot be an identity number, which others on this machine could read: use --signer-file',
    );
  }
  if (signerFile === undefined) return signer ?? '';
  const read = signerFile === '-' ? text(process.stdin) : readFile(signerFile, 'utf8');
  const line = await read.catch((error: unknown) => {
    throw refusal('--signer-file', whyUnreadable(error));
  });
  return line.trim();
}

function refusal(path: string, message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'No job was sent', [{ path, message }]);
}
