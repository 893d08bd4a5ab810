// JSON Schema of what goes into the signing workflows and comes out of them, for systems in any language.
import { z } from 'zod';
import { directSigningInput } from './direct-signing-input.js';
import { portalSigningInput } from './portal-signing-input.js';
import { signingResult } from './signing-result.js';

/** By the name of the file below docs/workflow-schema. */
export const WORKFLOW_SCHEMAS = {
  'portal-signing-input': portalSigningInput,
  'direct-signing-input': directSigningInput,
  'signing-result': signingResult,
} as const;

/** The folder of the generated files, below the project's root. */
export const WORKFLOW_SCHEMA_FOLDER = 'docs/workflow-schema';

/** Closed objects where a mistake would be lost, open ones where a later release may add something. */
function jsonSchemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // In TypeScript "nobody changes it", in JSON Schema "nobody may send it".
      delete jsonSchema.readOnly;
    },
  });
}

/** Each schema as the text of its file. */
export function writtenWorkflowSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(WORKFLOW_SCHEMAS).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(jsonSchemaOf(schema), undefined, 2)}\n`,
    ]),
  );
}
