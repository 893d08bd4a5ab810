const MARK = '@signering/undecryptable';

/** Why a worker cannot read an argument. */
export interface UndecryptableReason {
  /** Key id in the payload; absent when there is none or it is malformed. */
  readonly keyId?: string;
  /** Completes the sentence "The input …". */
  readonly problem: string;
}

/** Replaces an argument that the worker cannot decrypt. */
export interface UndecryptableArgument {
  readonly [MARK]: UndecryptableReason;
}

/** Makes the replacement of an argument that cannot be decrypted. */
export function markUndecryptable(reason: UndecryptableReason): UndecryptableArgument {
  return { [MARK]: reason };
}

/** Why an argument cannot be read; undefined if the worker decrypted it. */
export function undecryptableReasonOf(argument: unknown): UndecryptableReason | undefined {
  return isMarked(argument) ? argument[MARK] : undefined;
}

function isMarked(argument: unknown): argument is UndecryptableArgument {
  return typeof argument === 'object' && argument !== null && MARK in argument;
}
