import { SigningError, type SigningErrorOptions } from '../errors.js';
import { sentence } from '../sentence.js';

/**
 * UNREADABLE_XML: a message cannot be read. It is no well-formed XML, another message than the expected one,
 * lacks something that nobody can do without, or does what no message needs (a DTD, entities of its own,
 * deep nesting, great size). Not for a message that is read well but breaks the schema: that is INVALID_MESSAGE.
 */
export class UnreadableXmlError extends SigningError {
  constructor(whatIsWrong: string, options: SigningErrorOptions = {}) {
    super('UNREADABLE_XML', sentence(`The XML cannot be read: ${whatIsWrong}`), false, options);
  }
}
