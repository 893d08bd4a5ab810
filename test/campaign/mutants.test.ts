import assert from 'node:assert/strict';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { seeded } from '../seed.js';
import { named, type AgreementKind } from './agreement-plan.js';
import { changedBuild, type CodeChange } from './changed-build.js';
import { runFaultCampaign, type FaultCampaignOptions } from './fault-campaign.js';

/** Long enough for the product under the same faults, as the first test shows, also on a slow machine. */
const WITHIN_MS = 600_000;
/** Campaigns at the same time, on one Temporal server. */
const AT_ONCE = 5;

interface Scenario {
  readonly agreements: readonly AgreementKind[];
  readonly disturbances: readonly string[];
  readonly endsAtEarlyConfirmation?: true;
}

interface MutantResult {
  readonly violations: readonly string[];
  /** The violations, and what happened. */
  readonly log: string;
}

/** A build with one planted error. */
interface Mutant extends Scenario {
  readonly name: string;
  readonly change: CodeChange;
  /** An agreement never ends: the campaign is over when it says so. */
  readonly leavesOpen?: true;
  /** What the campaign says about it. */
  readonly caughtBy: RegExp;
  /** What it would say of an agreement that the error does not concern: its end shows that the time was long enough. */
  readonly unharmed?: RegExp;
}

/** Those that leave an agreement without an end take longest, and come first: the others run beside them. */
const MUTANTS: readonly Mutant[] = [
  {
    name: 'does not recognise a second job of a reference',
    change: {
      file: 'activities/dist/classify-status-change.js',
      text: /^ *if \(!attempts\.some\(isAmbiguous\)\)$/,
      replacement: 'if (true)',
    },
    agreements: ['PORTAL_IN_DOUBT', 'PORTAL_CANCELLED_IN_DOUBT'],
    disturbances: [],
    leavesOpen: true,
    // The first jobs have ended: what is left are the second ones, which the product never takes for another sender's.
    caughtBy:
      /portal-in-doubt: has not ended.*; now SIGNED; at the service: .*FOREIGN.*\n.*cancelled-in-doubt: has not ended.*; now CANCELLED; at the service: .*(?:IN_PROGRESS|FOREIGN)/u,
  },
  {
    name: 'holds its queue at the first change that cannot be delivered',
    change: {
      file: 'activities/dist/entry-fault.js',
      text: /^ *return isOfOneEntry \? error\.code : undefined;/,
      replacement: 'return undefined;',
    },
    agreements: ['PORTAL_DAMAGED', 'PORTAL_EXPIRED', 'DIRECT_SIGNED'],
    disturbances: [],
    leavesOpen: true,
    caughtBy: /expired: has not ended.*; at the service: \d+ FAILED /u,
    unharmed: /direct-signed: has not ended/u,
  },
  {
    name: 'confirms before it archives',
    change: {
      file: 'workflows/dist/portal-signing.js',
      text: /^( *const archive = await archiveSignedDocuments\(.*\);\n)( *await confirmFinalChange\(.*\);\n)/,
      replacement: '$2$1',
    },
    agreements: ['PORTAL_SIGNED'],
    disturbances: [],
    endsAtEarlyConfirmation: true,
    caughtBy: /confirmed, and nothing is in the archive/u,
  },
  {
    name: 'swallows the error of a download',
    change: {
      file: 'workflows/dist/fetch-signed-documents.js',
      text: /^ *broken\.push\(found\);/,
      replacement: '',
    },
    agreements: ['PORTAL_SIGNED'],
    disturbances: ['JUNK_DOCUMENTS'],
    caughtBy: /is the sandbox's: the archive .*, the sandbox made [0-9a-f]{64}/u,
  },
  {
    name: 'trusts any document with status 200',
    change: {
      file: 'activities/dist/archive-signed-documents.js',
      text: /^ *if \(check\.result === 'INTACT'\)$/,
      replacement: 'if (true)',
    },
    agreements: ['PORTAL_SIGNED'],
    disturbances: ['JUNK_DOCUMENTS'],
    caughtBy: /is the sandbox's: the archive .*, the sandbox made [0-9a-f]{64}/u,
  },
  {
    name: 'creates a recorded job again',
    change: {
      file: 'activities/dist/create-signature-job.js',
      text: /^ *if \(entry\.created !== undefined\) \{/,
      replacement: 'if (false) {',
    },
    agreements: ['PORTAL_TERMINATED'],
    disturbances: [],
    caughtBy: /a second job exists only after a create in doubt/u,
  },
];

describe('the fault campaign', function () {
  this.timeout(2 * WITHIN_MS);

  let seed: number;
  let runs: readonly Promise<MutantResult>[];

  before(() => {
    ({ seed } = seeded({}));
    const product: Scenario = {
      agreements: MUTANTS.flatMap(({ agreements }) => agreements),
      disturbances: MUTANTS.flatMap(({ disturbances }) => disturbances),
    };
    runs = sideBySide([() => run(product), ...MUTANTS.map((mutant) => () => runMutant(mutant))]);
  });

  async function run(
    scenario: Scenario,
    build: Pick<FaultCampaignOptions, 'command' | 'endsWhenOpen'> = {},
  ): Promise<MutantResult> {
    const { agreements, disturbances, endsAtEarlyConfirmation = false } = scenario;
    const lines: string[] = [];
    const begun = performance.now();
    const { violations } = await runFaultCampaign({
      plan: { agreements: named(agreements), disturbances },
      random: new SeededRandom(seed, 1),
      ...build,
      ...{ withinMs: WITHIN_MS, endsAtEarlyConfirmation, onlyPlanned: true, sharesTemporal: true },
      report: (line) => lines.push(`${((performance.now() - begun) / 1000).toFixed(0)} s: ${line}`),
    });
    return { violations, log: [...violations, ...lines].join('\n') };
  }

  async function runMutant(mutant: Mutant): Promise<MutantResult> {
    const build = await changedBuild([mutant.change]);
    const { command } = build;
    try {
      return await run(mutant, {
        command,
        ...(mutant.leavesOpen === true && { endsWhenOpen: (lines) => isCaught(mutant, lines) }),
      });
    } finally {
      build.remove();
    }
  }

  it('finds nothing in the product under the faults that reveal the planted errors', async () => {
    const { violations, log } = await runs[0]!;
    assert.deepEqual(violations, [], log);
  });

  for (const [index, mutant] of MUTANTS.entries()) {
    it(`catches a build that ${mutant.name}`, async () => {
      const { violations, log } = await runs[index + 1]!;
      assert.ok(isCaught(mutant, violations), log);
    });
  }
});

function isCaught({ caughtBy, unharmed }: Mutant, violations: readonly string[]): boolean {
  const text = violations.join('\n');
  return caughtBy.test(text) && unharmed?.test(text) !== true;
}

/** Starts the steps in their order, a few at a time, because they mostly wait. */
function sideBySide(steps: readonly (() => Promise<MutantResult>)[]): readonly Promise<MutantResult>[] {
  const begun: Promise<MutantResult>[] = [];
  for (const [index, step] of steps.entries()) {
    const before = Promise.allSettled(begun.slice(index - AT_ONCE, index - AT_ONCE + 1));
    begun.push(index < AT_ONCE ? step() : before.then(step));
  }
  // The test of the step awaits it.
  for (const run of begun) run.catch(() => undefined);
  return begun;
}
