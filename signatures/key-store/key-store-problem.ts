/**
 * Why a key store cannot be used, as the end of a sentence about the file, with the next step. It never leaves this
 * folder: the loader makes CERTIFICATE_UNUSABLE of it.
 */
export class KeyStoreProblem extends Error {
  override readonly name = 'KeyStoreProblem';
}

/** What the platform says of a damaged entry differs with its version. */
export function damagedEntry(): KeyStoreProblem {
  return new KeyStoreProblem('a key or a certificate in it is damaged; export the file again');
}
