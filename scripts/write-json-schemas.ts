// `npm run json-schemas`: writes client/schemas/*.json, the messages of the signing workflows and requests as JSON
// Schema. A test compares.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobRequestSchemas } from '@signering/client';
import { jsonSchemas } from '@signering/contract/schemas';

const folder = fileURLToPath(new URL('../../client/schemas/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({ ...jsonSchemas(), ...jobRequestSchemas() })) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
}
