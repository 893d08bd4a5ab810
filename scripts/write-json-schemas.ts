// `npm run json-schemas`: writes docs/json-schema/*.json, what is said to and by the signing workflows. A test compares.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '../contract/schemas/index.js';

const folder = fileURLToPath(new URL('../../docs/json-schema/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of jsonSchemas()) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
}
