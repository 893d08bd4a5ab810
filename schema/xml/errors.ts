import { SigningError, type SigningErrorOptions, sentence, type Problem } from '../errors.js';

/**
 * UNREADABLE_XML: a message cannot be read. It is no well-formed XML, another message than the expected one,
 * lacks something that nobody can do without, or does what no message needs (a DTD, entities of its own,
 * deep nesting, great size). Not for a message that is read well but breaks the schema: that is INVALID_MESSAGE.
 */
export class UnreadableXmlError extends SigningError {
  constructor(whatIsWrong: string, options: SigningErrorOptions = {}) {
    super('UNREADABLE_XML', sentence(`The XML cannot be read: ${whatIsWrong}`), options);
  }
}

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
      { ...options, problems },
    );
  }
}
