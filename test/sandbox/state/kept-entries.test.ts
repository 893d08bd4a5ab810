import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openClock } from '@signering/sandbox/internal/state/clock.js';
import { openKeptEntries } from '@signering/sandbox/internal/state/kept-entries.js';

const STATUS = z.enum(['OPEN', 'MISSING']);

describe('the stored entries of people and organisations', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-sandbox-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('are complete after concurrent changes, also when reopened', async () => {
    const file = join(folder, 'mailboxes.json');
    const entries = await openKeptEntries(file, STATUS);
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(numbers.map(async (number) => await entries.set(number, 'MISSING')));
    for (const kept of [entries, await openKeptEntries(file, STATUS)]) {
      assert.deepEqual(
        numbers.filter((number) => kept.find(number) !== 'MISSING'),
        [],
      );
      assert.equal(kept.find('20'), undefined);
    }
  });

  it('are rejected if a file has other content', async () => {
    const file = join(folder, 'mailboxes.json');
    await writeFile(file, '{"1":"AJAR"}');
    await assert.rejects(openKeptEntries(file, STATUS), { code: 'INVALID_SETTINGS' });
  });
});

describe('the clock', () => {
  it('adds up two concurrent moves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signering-sandbox-'));
    try {
      const clock = await openClock(folder);
      await Promise.all([clock.advance(1000), clock.advance(500)]);
      assert.equal(clock.offsetMs, 1500);
      assert.equal((await openClock(folder)).offsetMs, 1500);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
