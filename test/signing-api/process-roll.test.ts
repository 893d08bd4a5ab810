import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { joinRoll, type RollPlace } from '../../signing-api/process-roll.js';
import { freshFolder, waitFor } from '../stack/index.js';

/** One who has joined, and what it knows. */
interface Member {
  place: RollPlace | undefined;
  looks: number;
  readonly leave: () => Promise<void>;
}

describe('the roll of processes', () => {
  let members: Member[];
  let mostWithOneMore: number;

  const withOneMore = () =>
    members.filter(({ place }) => (place?.oneMoreUntil ?? 0) > performance.now()).length;
  const enrol = (folder: string, processes: number): Member => {
    const leave = joinRoll({
      folder,
      processes,
      mayGiveBack: () => true,
      onLook: (place) => {
        member.place = place;
        member.looks += 1;
        mostWithOneMore = Math.max(mostWithOneMore, withOneMore());
      },
    });
    const member: Member = { place: undefined, looks: 0, leave };
    members.push(member);
    return member;
  };
  const leave = async (member: Member) => {
    members.splice(members.indexOf(member), 1);
    await member.leave();
  };

  beforeEach(() => {
    members = [];
    mostWithOneMore = 0;
  });
  afterEach(async () => {
    await Promise.all(members.map(async (member) => member.leave()));
  });

  it('counts those who are there, and shares out what does not divide evenly when all have come', async () => {
    const folder = freshFolder('roll');
    for (let count = 0; count < 3; count += 1) enrol(folder, 4);
    await waitFor(() => members.every(({ place }) => place?.present === 3), { what: 'three see each other' });
    assert.equal(mostWithOneMore, 0, 'the fourth may be elsewhere, and call');
    enrol(folder, 4);
    await waitFor(() => withOneMore() === 2, { what: 'two of four have one more' });
    const holder = members.find(({ place }) => place?.oneMoreUntil !== undefined);
    await leave(holder!);
    await waitFor(() => members.every(({ place }) => place?.present === 3), { what: 'it is seen to leave' });
    assert.equal(withOneMore(), 0);
    enrol(folder, 4);
    await waitFor(() => withOneMore() === 2, { what: 'two of the new four have one more' });
    assert.equal(mostWithOneMore, 2);
    await Promise.all(members.splice(0).map(async (member) => member.leave()));
    assert.deepEqual(await readdir(folder), []);
  });

  it('forgets who has not been heard of, and touches nothing else in the folder', async () => {
    const folder = freshFolder('roll');
    const gone = join(folder, `${randomUUID()}.process`);
    const goneClaim = join(folder, `${randomUUID()}.one-more`);
    const other = join(folder, 'notes.process');
    const longAgo = Date.now() / 1000 - 60;
    for (const file of [gone, goneClaim, other]) {
      await writeFile(file, 'x');
      await utimes(file, longAgo, longAgo);
    }
    const member = enrol(folder, 4);
    await waitFor(() => member.looks > 0, { what: 'it has looked' });
    assert.equal(member.place?.present, 1);
    await leave(member);
    assert.deepEqual(await readdir(folder), ['notes.process']);
  });

  it('knows nothing of the others when the folder cannot be used', async () => {
    const file = join(freshFolder('roll'), 'a-file');
    await writeFile(file, '');
    const member = enrol(join(file, 'roll'), 4);
    await waitFor(() => member.looks > 0, { what: 'it has looked' });
    assert.equal(member.place, undefined);
    await member.leave();
  });
});
