import { z } from 'zod';
import {
  DIRECT_SIGNING_INPUT,
  FRESH_REDIRECT_URL_ANSWER,
  FRESH_REDIRECT_URL_INPUT,
  REDIRECT_URLS_ANSWER,
  REDIRECT_URLS_INPUT,
  SIGNER_RETURNED_ANSWER,
  SIGNER_RETURNED_INPUT,
} from './direct-signing.js';
import { PORTAL_SIGNING_INPUT } from './portal-signing.js';
import { CANCEL_ANSWER, CANCEL_INPUT, SIGNING_DESCRIPTION, SIGNING_RESULT } from './signing-result.js';
import { WEBHOOK_PAYLOAD } from './webhook.js';

/** What {@link jsonSchemas} describes: a title and the schema, by name. */
export const SCHEMAS = {
  'portal-signing-input': ['Argument of the workflow portalSigning', PORTAL_SIGNING_INPUT],
  'direct-signing-input': ['Argument of the workflow directSigning', DIRECT_SIGNING_INPUT],
  'signing-result': ['Result of portalSigning and directSigning', SIGNING_RESULT],
  'describe-answer': ['Answer of the query describe', SIGNING_DESCRIPTION],
  'cancel-input': ['Argument of the update cancel, portal flow', CANCEL_INPUT],
  'cancel-answer': ['Answer of the update cancel', CANCEL_ANSWER],
  'redirect-urls-input': ['Argument of the update redirectUrls, direct flow', REDIRECT_URLS_INPUT],
  'redirect-urls-answer': ['Answer of the update redirectUrls', REDIRECT_URLS_ANSWER],
  'fresh-redirect-url-input': [
    'Argument of the update freshRedirectUrl, direct flow',
    FRESH_REDIRECT_URL_INPUT,
  ],
  'fresh-redirect-url-answer': ['Answer of the update freshRedirectUrl', FRESH_REDIRECT_URL_ANSWER],
  'signer-returned-input': ['Argument of the update signerReturned, direct flow', SIGNER_RETURNED_INPUT],
  'signer-returned-answer': ['Answer of the update signerReturned', SIGNER_RETURNED_ANSWER],
  'webhook-payload': ['Body of a webhook', WEBHOOK_PAYLOAD],
} as const satisfies Readonly<Record<string, readonly [string, z.ZodType]>>;

/** A JSON Schema 2020-12. Its `$id` is the name by which other schemas and validators refer to it; not an address. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12, by name, of the signing workflows' inputs, results and message arguments and answers. */
export function jsonSchemas(): Readonly<Record<keyof typeof SCHEMAS, JsonSchema>> {
  return schemasOf(SCHEMAS, (name, [title, schema]) =>
    // The input form is strict; the output form allows members that a later release adds.
    identified(name, { title, ...z.toJSONSchema(schema, { io: 'input' }) }),
  );
}

/** Makes a schema of each part, under the part's name. */
export function schemasOf<Name extends string, Part>(
  parts: Readonly<Record<Name, Part>>,
  schemaOf: (name: Name, part: Part) => JsonSchema,
): Readonly<Record<Name, JsonSchema>> {
  const schemas = (Object.entries(parts) as [Name, Part][]).map(([name, part]) => [
    name,
    schemaOf(name, part),
  ]);
  return Object.fromEntries(schemas) as Record<Name, JsonSchema>;
}

/** A schema with its `$id`. */
export function identified(name: string, schema: object): JsonSchema {
  return { $id: `urn:signering:json-schema:v1:${name}`, ...schema };
}
