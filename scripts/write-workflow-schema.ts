// `npm run workflow-schema`: writes the JSON Schema of the workflows' inputs and results to docs/workflow-schema.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKFLOW_SCHEMA_FOLDER, writtenWorkflowSchemas } from './workflow-schema/index.js';

mkdirSync(WORKFLOW_SCHEMA_FOLDER, { recursive: true });
for (const [name, text] of writtenWorkflowSchemas()) writeFileSync(join(WORKFLOW_SCHEMA_FOLDER, name), text);
