import { SigningError, type SigningErrorOptions, sentence, type Problem } from '../errors.js';

/**
 * UNREADABLE_XML: a message cannot be read. It is not well-formed XML, is another message than expected, lacks a
 * required part, or uses what no message needs (a DTD, entities, deep nesting, large size). Does not cover a readable
 * message that violates the schema: that is INVALID_MESSAGE.
 */
export class UnreadableXmlError extends SigningError {
  constructor(whatIsWrong: string, options: SigningErrorOptions = {}) {
    super('UNREADABLE_XML', sentence(`The XML cannot be read: ${whatIsWrong}`), options);
  }
}

/**
 * INVALID_MESSAGE: a message violates the schema. `facts.problems` names each violation with its element, never
 * values, which may be personal.
 */
export class InvalidMessageError extends SigningError {
  constructor(problems: readonly Problem[], options: SigningErrorOptions = {}) {
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super(
      'INVALID_MESSAGE',
      sentence(`The message violates the schema of the signature API, which would reject it: ${list}`),
      { ...options, problems },
    );
  }
}
