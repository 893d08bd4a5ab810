// What the contract says as something that checks: not for workflows, which would bundle the validator.
export { jsonSchemas } from './json-schemas.js';
export { problemsOfInputs } from './problems.js';
