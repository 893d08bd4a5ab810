import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SpareCall } from '../../signing-api/spare-call.js';
import { freshFolder } from '../stack/index.js';

const PRESENT = '00000000-0000-4000-8000-000000000000.process';

async function rollFolder(): Promise<string> {
  const folder = freshFolder('roll');
  await writeFile(join(folder, PRESENT), PRESENT);
  return folder;
}

describe('a call that does not divide evenly', () => {
  it('is had by no more processes than there are such calls, whoever asks at the same time', async () => {
    const folder = await rollFolder();
    const all = Array.from({ length: 6 }, () => new SpareCall({ folder, spare: 2, mayGiveBack: () => true }));
    const holders = async () => {
      const taken = await Promise.all(all.map((one) => one.take(performance.now(), PRESENT)));
      return all.filter((_, index) => taken[index] !== undefined);
    };
    for (let time = 0; time < 20; time += 1) {
      const having = await holders();
      assert.ok(having.length <= 2, `${having.length} have one`);
      await Promise.all(having.map((one) => one.giveBack()));
    }
    // One after the other they all get their turn.
    for (const one of all) {
      assert.ok((await one.take(performance.now(), PRESENT)) !== undefined);
      await one.leave();
    }
    assert.deepEqual(await readdir(folder), [PRESENT]);
  });

  it('stays with its owner until that one has no more calls under way than without it', async () => {
    const folder = await rollFolder();
    let underWay = true;
    const owner = new SpareCall({ folder, spare: 1, mayGiveBack: () => !underWay });
    const other = new SpareCall({ folder, spare: 1, mayGiveBack: () => true });
    assert.ok((await owner.take(performance.now(), PRESENT)) !== undefined);
    assert.equal(await other.take(performance.now(), PRESENT), undefined);
    assert.ok((await owner.take(performance.now(), PRESENT)) !== undefined, 'kept');
    await owner.giveBack();
    assert.equal(await other.take(performance.now(), PRESENT), undefined);
    underWay = false;
    await owner.giveBack();
    assert.ok((await other.take(performance.now(), PRESENT)) !== undefined);
  });

  it('lapses for an owner who stood still before the others may have it', async () => {
    const folder = await rollFolder();
    const owner = new SpareCall({ folder, spare: 1, mayGiveBack: () => true });
    const other = new SpareCall({ folder, spare: 1, mayGiveBack: () => true });
    const until = await owner.take(performance.now() - 12_000, PRESENT);
    assert.ok(until !== undefined && until < performance.now());
    assert.equal(await other.take(performance.now(), PRESENT), undefined, 'the file is still young');
    const [claim] = (await readdir(folder)).filter((name) => name !== PRESENT);
    const longAgo = Date.now() / 1000 - 60;
    await utimes(join(folder, claim!), longAgo, longAgo);
    assert.ok((await other.take(performance.now(), PRESENT)) !== undefined);
    assert.equal(await owner.take(performance.now(), PRESENT), undefined, 'it has to ask again');
  });
});
