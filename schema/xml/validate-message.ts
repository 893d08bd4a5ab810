import { XmlValidateError } from 'libxml2-wasm';
import { compiledSchema } from './compiled-schema.js';
import { InvalidMessageError } from './errors.js';
import { refuseDangerousXml } from './refuse-dangerous-xml.js';
import { schemaViolation } from './schema-violation.js';
import { parseWellFormed } from './well-formed.js';
import { xmlText } from './xml-text.js';

/** Enough for real mistakes; a hostile message may have thousands. */
const MAX_VIOLATIONS = 50;

/**
 * Validates a message against the schema: messages that we send, and those the sandbox receives. The service's
 * responses are not validated, because the service may add to them.
 * @throws INVALID_MESSAGE naming each violation with its element, without values
 * @throws UNREADABLE_XML if it is not XML, or uses what no message needs, such as a DTD
 * Spec: portal.xsd, common.xsd.
 */
export function validateMessage(xml: string | Uint8Array): void {
  const text = xmlText(xml);
  refuseDangerousXml(text);
  const document = parseWellFormed(text);
  const { validator, vocabulary } = compiledSchema();
  try {
    validator.validate(document);
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    // The cause is omitted: libxml2 quotes values.
    throw new InvalidMessageError(
      error.details
        .slice(0, MAX_VIOLATIONS)
        .map((violation) => schemaViolation(violation, document, vocabulary)),
    );
  } finally {
    document.dispose();
  }
}
