import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { WORKFLOW_TYPES } from '@signering/contract';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { freshFolder, useQuietRuntime } from '../fixtures/index.js';

const HISTORIES = fileURLToPath(new URL('../../../test/histories/', import.meta.url));
const FIRST_RELEASE = join(HISTORIES, '0.1.0');

/** Jobs of both flows that are still open, in each state in which a job can wait for days. */
const OPEN = ['waiting', 'ambiguous', 'broken', 'overdue'].flatMap((state) =>
  ['portal', 'direct'].map((flow) => `open-${state}-${flow}.json`),
);

/** What is looked at in a recorded history. */
interface History {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { readonly name: string } };
  }[];
}

function replay(file: string, bundle = WORKFLOW_BUNDLE_FILE): Promise<void> {
  const history: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return Worker.runReplayHistory({ workflowBundle: { codePath: bundle } }, history);
}

describe('the workflows of today', () => {
  before(useQuietRuntime);

  for (const release of readdirSync(HISTORIES, { withFileTypes: true })) {
    if (!release.isDirectory()) continue;
    for (const file of readdirSync(join(HISTORIES, release.name))) {
      it(`go on where those of release ${release.name} stand: ${file}`, () =>
        replay(join(HISTORIES, release.name, file)));
    }
  }

  it('are replayed from at least one release', () => {
    assert.ok(readdirSync(HISTORIES).includes('0.1.0'));
  });

  it('are replayed, each of them, from the first release', () => {
    const recorded = new Set<string>();
    for (const file of readdirSync(FIRST_RELEASE)) {
      const { events } = JSON.parse(readFileSync(join(FIRST_RELEASE, file), 'utf8')) as History;
      recorded.add(events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? '');
    }
    assert.deepEqual([...recorded].sort(), Object.values(WORKFLOW_TYPES).sort());
  });

  it('are replayed from jobs that are open in each waiting state', () => {
    const recorded = readdirSync(FIRST_RELEASE).filter((file) => file.startsWith('open-'));
    assert.deepEqual(recorded.sort(), [...OPEN].sort());
  });

  it('fail the replay when a command is changed', async () => {
    const changed = join(freshFolder('changed-workflows'), 'workflow-bundle.js');
    const source = readFileSync(WORKFLOW_BUNDLE_FILE, 'utf8');
    assert.match(source, /archiveOutcome/u);
    writeFileSync(changed, source.replaceAll('archiveOutcome', 'archiveAnotherOutcome'));
    await assert.rejects(replay(join(FIRST_RELEASE, 'signed-by-all.json'), changed), {
      name: 'DeterminismViolationError',
    });
  });
});
