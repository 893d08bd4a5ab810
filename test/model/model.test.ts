import assert from 'node:assert/strict';
import { explorePair } from './explore-pair.js';
import { explore } from './explorer.js';
import { pollerSteps } from './poller-steps.js';
import { protocolModel } from './protocol-model.js';
import { exploreRun, SHORT_RUNS } from './runs.js';
import {
  initialState,
  STARTED,
  type Change,
  type PlantedError,
  type ProtocolOptions,
} from './protocol-state.js';
import { received } from './workflow-steps.js';

/** What finds each planted error, and the rule that it breaks. */
const PLANTED: Readonly<Record<PlantedError, ProtocolOptions & { readonly rule: RegExp }>> = {
  CONFIRMS_BEFORE_ARCHIVING: { signers: [1], faults: 0, rule: /before it is archived/u },
  CONFIRMS_LATE: { signers: [2], faults: 0, rule: /before it is archived/u },
  CREATES_RECORDED_JOB_AGAIN: { signers: [1], faults: 1, rule: /created again/u },
  FORGETS_VANISHED_ATTEMPT: { signers: [1], faults: 1, rule: /path leads to the goal|created again/u },
  NEVER_SENDS_AGAIN: { signers: [1], faults: 1, rule: /path leads to the goal/u },
  CONFIRMS_STRANDED_JOB: { signers: [1], faults: 1, rule: /before it is archived/u },
  IGNORES_SECOND_JOB: { signers: [1], faults: 1, rule: /path leads to the goal/u },
  LEAVES_TERMINATED_WORKFLOW: { signers: [1], faults: 1, rule: /path leads to the goal/u },
};

describe('the model of ledger, create, poll, archive and confirm', () => {
  async function findingOf(options: ProtocolOptions): Promise<string> {
    const { finding, states, transitions } = await exploreRun(options);
    console.log(`      ${states} states, ${transitions} transitions`);
    return finding === undefined ? '' : `${finding.rule}:\n${finding.path.join('\n')}`;
  }

  for (const { name, ...options } of SHORT_RUNS) {
    it(`keeps its rules in every order of events: ${name}`, async () => {
      assert.equal(await findingOf(options), '');
    });
  }

  it('keeps the changes of a job as the product does', () => {
    const change = (version: number, status: Change['status'] = 'IN_PROGRESS'): Change => {
      return { id: 'A1', version, status, signed: version };
    };
    const versionsAfter = (...changes: readonly Change[]): readonly number[] =>
      changes.reduce(received, STARTED).received.map(({ version }) => version);
    assert.deepEqual(
      versionsAfter(change(1), change(2), change(1)),
      [1, 2],
      'a repeated one stays in its place',
    );
    assert.deepEqual(versionsAfter(change(2), change(1)), [2, 1], 'an older one counts if it arrives later');
    const end = change(3, 'COMPLETED_SUCCESSFULLY');
    assert.deepEqual(versionsAfter(change(1), end, change(2)), [3], 'nothing counts after the end');
  });

  it('delivers a change again with which an attempt failed, and does not confirm it', async () => {
    const { references, ...state } = initialState({ signers: [2], faults: 1, created: [true] });
    const change = { id: 'A1', version: 1, status: 'IN_PROGRESS', signed: 1 } as const;
    const steps = await pollerSteps({ at: 'DELIVER', change }, { ...state, references }, undefined);
    const failed = steps.filter(({ isFault }) => isFault === true);
    assert.equal(failed.length, 2, 'before and after its effect');
    for (const { poller, state: after } of failed) {
      const [repeated] = await pollerSteps(poller, after, undefined);
      assert.deepEqual(
        repeated!.state.references.map(({ workflow }) => workflow.received),
        [[change]],
      );
      assert.deepEqual(repeated!.poller, { at: 'FETCH' });
    }
  });

  for (const [planted, { rule, ...options }] of Object.entries(PLANTED)) {
    it(`finds a planted error: ${planted}`, async () => {
      assert.match(await findingOf({ ...options, planted: planted as PlantedError }), rule);
    });
  }

  it('finds planted errors of two jobs too, with the path to them', async () => {
    const rules = [
      ['CONFIRMS_BEFORE_ARCHIVING', /before it is archived/u],
      ['NEVER_SENDS_AGAIN', /path leads to the goal/u],
    ] as const;
    for (const [planted, rule] of rules) {
      assert.match(await findingOf({ signers: [1, 1], faults: 1, onlyCrashes: true, planted }), rule);
    }
  });

  // With a crash before both creates, the plain explorer needs minutes: one job or both begin after theirs.
  const PAIRS: Readonly<Record<string, ProtocolOptions>> = {
    'without faults': { signers: [1, 1], faults: 0 },
    'one of two signers, without faults': { signers: [2, 1], faults: 0 },
    'both created, two crashes': {
      signers: [1, 1],
      faults: 2,
      onlyCrashes: true,
      created: [true, true],
    },
    'both created, one fault of any kind': { signers: [1, 1], faults: 1, created: [true, true] },
    'both created, one of two signers, one crash': {
      signers: [2, 1],
      faults: 1,
      onlyCrashes: true,
      created: [true, true],
    },
    'one created, one crash before or after the create of the other': {
      signers: [2, 1],
      faults: 1,
      onlyCrashes: true,
      created: [true, false],
    },
  };
  for (const [name, options] of Object.entries(PAIRS)) {
    it(`has for two jobs exactly the states and steps of both together: ${name}`, async () => {
      const pair = await explorePair(options);
      console.log(`      ${pair.states} states, ${pair.transitions} transitions`);
      assert.deepEqual(pair, await explore(protocolModel(options)));
    });
  }

  it('needs the assumption that no paused worker confirms later than ten seconds', async () => {
    assert.match(await findingOf({ signers: [2], faults: 1, pausedPoller: true }), /before it is archived/u);
  });
});
