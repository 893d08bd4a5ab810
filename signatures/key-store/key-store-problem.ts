/**
 * Why a key store cannot be used, as the end of a sentence about the file, with the next step. It never leaves this
 * folder: the loader makes CERTIFICATE_UNUSABLE of it.
 */
export class KeyStoreProblem extends Error {
  override readonly name = 'KeyStoreProblem';
}
