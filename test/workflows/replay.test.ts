import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { WORKFLOW_BUNDLE_FILE } from '../../worker/index.js';
import { useQuietRuntime } from '../stack/index.js';

const HISTORIES = fileURLToPath(new URL('../../../test/histories/', import.meta.url));

describe('the workflows of today', () => {
  before(useQuietRuntime);

  for (const release of readdirSync(HISTORIES, { withFileTypes: true })) {
    if (!release.isDirectory()) continue;
    for (const file of readdirSync(join(HISTORIES, release.name))) {
      it(`go on where those of release ${release.name} stand: ${file}`, async () => {
        const history: unknown = JSON.parse(readFileSync(join(HISTORIES, release.name, file), 'utf8'));
        await Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE } }, history);
      });
    }
  }

  it('are replayed from at least one release', () => {
    assert.ok(readdirSync(HISTORIES).includes('0.1.0'));
  });
});
