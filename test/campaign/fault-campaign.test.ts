import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { requireS3Server, type S3Server } from '../fixtures/index.js';
import { seeded } from '../seed.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { AGREEMENT_KINDS, planCampaign, type CampaignPlan } from './agreement-plan.js';
import { faultMenuFor } from './fault-menu.js';
import { runFaultCampaign, type CampaignResult } from './fault-campaign.js';
import { HoldUps } from './hold-ups.js';

/** Of each storage. */
const DISTURBANCES = 4;
/** Not needed unless something hangs: agreements that are held up for too long are named before. */
const WITHIN_MS = 900_000;

interface ShortForm {
  readonly plan: CampaignPlan;
  readonly lines: readonly string[];
  readonly result: Promise<CampaignResult>;
}

/** These need an event, or a look at one entry of the ledger, while they last. */
const RARELY_MET = /^(?:WEBHOOK_RECEIVER_|DAMAGED_ENTRY)/u;

describe('a fault campaign', function () {
  this.timeout(WITHIN_MS + 60_000);

  const promise =
    'ends every agreement once with the documents of the sandbox, and confirms no other status change';
  let onFolder: ShortForm;

  // Beside the one on S3, because both mostly wait.
  before(() => {
    onFolder = begin();
  });

  describe('on storage in S3 with two workers', () => {
    let onS3: ShortForm;

    before(async function () {
      onS3 = begin(await requireS3Server(this));
    });

    it(promise, async () => {
      // The other worker may do what a fault waits for.
      await assertNoViolation(onS3, { mayMeetNothing: true });
    });
  });

  describe('on storage in a folder', () => {
    it(promise, async () => {
      await assertNoViolation(onFolder);
    });
  });

  it('finds an agreement that is stuck through faults in a row, which leave no time to be late in', async () => {
    const holdUps = new HoldUps();
    const stuckSince = Date.now();
    for (let fault = 0; fault < 10; fault += 1) await holdUps.during(() => delay(20));
    const { quiet, byClock } = holdUps.noteEnd(stuckSince, false);
    assert.ok(quiet < byClock / 2);
    const over = new AbortController().signal;
    const options = { hasEnded: (agreement: string) => agreement === 'ended', over, withinMs: 200 };
    assert.deepEqual(await holdUps.quietTime({ underWay: ['ended', 'stuck'], ...options }), ['stuck']);
    assert.deepEqual(await holdUps.quietTime({ underWay: ['ended'], ...options }), []);
    const [stuck = 0, ended = 0] = holdUps.figures.quietTimes;
    assert.ok(stuck >= 0.2 && ended < stuck);
  });

  function begin(s3Server?: S3Server): ShortForm {
    const { seed } = seeded({});
    const menu = faultMenuFor(s3Server === undefined ? 'FOLDER' : 'S3').map(({ name }) => name);
    const random = new SeededRandom(seed, 1);
    const agreements = Object.keys(AGREEMENT_KINDS).length;
    const plan = planCampaign({ agreements, disturbances: DISTURBANCES, menu, random });
    const lines: string[] = [];
    const result = runFaultCampaign({
      plan,
      random,
      s3Server,
      workers: s3Server === undefined ? 1 : 2,
      withinMs: WITHIN_MS,
      report: (line) => lines.push(line),
    });
    // The test of the campaign awaits it.
    result.catch(() => undefined);
    return { plan, lines, result };
  }

  async function assertNoViolation(
    { plan, lines, result }: ShortForm,
    { mayMeetNothing = false } = {},
  ): Promise<void> {
    const { violations, carriedOut, heldUpSeconds, quietTimes } = await result;
    assert.deepEqual(violations, [], lines.join('\n'));
    assert.deepEqual(Object.keys(carriedOut).sort(), [...plan.disturbances].sort(), lines.join('\n'));
    if (!mayMeetNothing) {
      const withoutEffect = Object.keys(carriedOut).filter(
        (name) => carriedOut[name]?.met === 0 && !RARELY_MET.test(name),
      );
      // What one fault waits for may come later in so few agreements.
      assert.ok(withoutEffect.length <= 1, `${withoutEffect.join(', ')}\n${lines.join('\n')}`);
    }
    console.log(`      ${lines.filter((line) => line.includes('has ended, and met')).join('; ')}`);
    assert.equal(quietTimes.length, 1, lines.join('\n'));
    const [heldUp, quiet] = [heldUpSeconds, quietTimes].map((seconds) => Math.max(...seconds).toFixed(0));
    console.log(`      held up for at most ${heldUp} s; ended within ${quiet} s in quiet times`);
  }
});
