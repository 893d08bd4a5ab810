const MARK = '@signering/undecryptable';

/** Why a worker cannot read an argument. */
export interface UndecryptableReason {
  /** The key that the payload names; absent where it names none, or none of a key's form. */
  readonly keyId?: string;
  /** Completes the sentence "The input …". */
  readonly problem: string;
}

/** What a worker hands to the workflow in place of an argument that it cannot decrypt. */
export interface UndecryptableArgument {
  readonly [MARK]: UndecryptableReason;
}

/** Makes the argument that stands in for one that cannot be decrypted. */
export function markUndecryptable(reason: UndecryptableReason): UndecryptableArgument {
  return { [MARK]: reason };
}

/** Why an argument cannot be read; undefined for one that the worker decrypted. */
export function undecryptableReasonOf(argument: unknown): UndecryptableReason | undefined {
  return isMarked(argument) ? argument[MARK] : undefined;
}

function isMarked(argument: unknown): argument is UndecryptableArgument {
  return typeof argument === 'object' && argument !== null && MARK in argument;
}
