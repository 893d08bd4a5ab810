/**
 * Why a key store cannot be used, as the end of a sentence about the file, with the next step. Internal to this
 * folder: the loader converts it to CERTIFICATE_UNUSABLE.
 */
export class KeyStoreProblem extends Error {
  override readonly name = 'KeyStoreProblem';
}

/** The platform's own messages about damaged entries differ between versions. */
export function damagedEntry(): KeyStoreProblem {
  return new KeyStoreProblem('it contains a damaged key or certificate; export the file again');
}
