// Run-time validation of the contract. Workflows must not import it: they would bundle the validator.
export {
  DOCUMENT_TITLE,
  JOB_TERMS,
  EMAIL_RECIPIENT,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  SIGNER_IDENTIFIER,
  SIGNER_TERMS,
  signersOf,
} from './job-parts.js';
export { EXIT_URLS } from './direct-signing.js';
export { identified, jsonSchemas, schemasOf, type JsonSchema } from './json-schemas.js';
export { METADATA } from './metadata.js';
export { objectOf } from './objects.js';
export { AVAILABLE_SECONDS, NONSENSITIVE_TITLE, SIGNER_ORDER } from './portal-signing.js';
export { problemsOfInputs, type InputCheckOptions } from './problems.js';
export { problemsOfShape, withoutConsequences, type ShapeProblem } from './shape-problems.js';
export { WEBHOOK_PAYLOAD } from './webhook.js';
export { DOCUMENT_NAME, EMAIL_ADDRESS, MOBILE_PHONE, REFERENCE, word } from './texts.js';
export { similarTo } from './members.js';
