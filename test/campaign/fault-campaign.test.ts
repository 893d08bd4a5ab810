import assert from 'node:assert/strict';
import { requireS3Server, type S3Server } from '../fixtures/index.js';
import { seeded } from '../seed.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { planCampaign } from './agreement-plan.js';
import { faultMenuFor } from './fault-menu.js';
import { runFaultCampaign } from './fault-campaign.js';

describe('a fault campaign', () => {
  const promise =
    'ends every agreement once with the documents of the sandbox, and confirms no other status change';

  it(promise, async function () {
    this.timeout(300_000);
    await assertNoViolation();
  });

  it(`${promise}, on storage in S3 with two workers`, async function () {
    this.timeout(300_000);
    await assertNoViolation(await requireS3Server(this));
  });

  async function assertNoViolation(s3Server?: S3Server): Promise<void> {
    const { seed } = seeded({});
    const menu = faultMenuFor(s3Server === undefined ? 'FOLDER' : 'S3').map(({ name }) => name);
    const lines: string[] = [];
    const random = new SeededRandom(seed, 1);
    const { violations, heldUpSeconds } = await runFaultCampaign({
      plan: planCampaign({ agreements: 14, disturbances: 6, menu, random }),
      random,
      s3Server,
      workers: s3Server === undefined ? 1 : 2,
      withinMs: 240_000,
      report: (line) => lines.push(line),
    });
    assert.deepEqual(violations, [], lines.join('\n'));
    console.log(`      ${lines.filter((line) => line.includes('has ended, and met')).join('; ')}`);
    console.log(`      held up for at most ${Math.max(...heldUpSeconds).toFixed(0)} s`);
  }
});
