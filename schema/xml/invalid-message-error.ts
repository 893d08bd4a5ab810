import { SigningError, type Problem, type SigningErrorOptions } from '../errors.js';
import { sentence } from '../sentence.js';

/**
 * INVALID_MESSAGE: a message breaks the schema. `facts.problems` names each violation with its element;
 * values are never quoted, because they may be personal.
 */
export class InvalidMessageError extends SigningError {
  constructor(problems: readonly Problem[], options: SigningErrorOptions = {}) {
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super(
      'INVALID_MESSAGE',
      sentence(
        `The message does not follow the schema of the signature API, so it would be refused: ${list}`,
      ),
      false,
      { ...options, problems },
    );
  }
}
