import { z } from 'zod';
import { identified, schemasOf, type JsonSchema } from '@signering/contract/schemas';
import { DIRECT_REQUEST_SHAPE } from './direct-request-shape.js';
import { PORTAL_REQUEST_SHAPE } from './portal-request-shape.js';

/** What {@link jobRequestSchemas} describes: a title, the flow and the shape, by name. */
export const SCHEMAS = {
  'portal-job-request': ['Request of a job in the portal flow, as JSON', 'PORTAL', PORTAL_REQUEST_SHAPE],
  'direct-job-request': ['Request of a job in the direct flow, as JSON', 'DIRECT', DIRECT_REQUEST_SHAPE],
} as const;

/**
 * What a request is as JSON text, where bytes are base64 and moments are ISO 8601: JSON Schema 2020-12, by name. The
 * reference may be absent, because the command `signering send` then makes one. The package has each as a file too:
 * `@signering/client/schemas/portal-job-request.json`.
 */
export function jobRequestSchemas(): Readonly<Record<keyof typeof SCHEMAS, JsonSchema>> {
  return schemasOf<keyof typeof SCHEMAS, (typeof SCHEMAS)[keyof typeof SCHEMAS]>(
    SCHEMAS,
    (name, [title, flow, shape]) => {
      const {
        properties,
        required = [],
        ...schema
      } = z.toJSONSchema(shape, {
        io: 'input',
        unrepresentable: 'any',
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema instanceof z.ZodCustom && jsonSchema.type === undefined) {
            Object.assign(jsonSchema, { type: 'string', contentEncoding: 'base64' });
          }
          // A Date is no JSON, so of the two only the text is left.
          const [text, ...others] = (jsonSchema.anyOf ?? []).filter((one) => Object.keys(one).length > 0);
          if (text !== undefined && others.length === 0) {
            delete jsonSchema.anyOf;
            Object.assign(jsonSchema, text);
          }
        },
      });
      const demanded = required.filter((member) => member !== 'reference');
      return identified(name, {
        title,
        ...schema,
        properties: { flow: { const: flow }, ...properties },
        required: flow === 'PORTAL' ? demanded : ['flow', ...demanded],
      });
    },
  );
}
