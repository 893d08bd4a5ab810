import assert from 'node:assert/strict';
import { seeded } from '../seed.js';
import { runFaultCampaign } from './fault-campaign.js';

describe('a fault campaign', () => {
  it('ends every agreement once with the documents of the sandbox, and confirms no other status change', async function () {
    this.timeout(300_000);
    const { seed } = seeded({});
    const lines: string[] = [];
    const violations = await runFaultCampaign({
      agreements: 14,
      disturbances: 6,
      seed,
      withinMs: 240_000,
      report: (line) => lines.push(line),
    });
    assert.deepEqual(violations, [], lines.join('\n'));
  });
});
