import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { LegalHold, ListedHold } from '@signering/storage';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { describeEachStorage, type TemporaryStorage } from './temporary-storage.js';

const KEY = { organizationNumber: '910000007', reference: 'lease/2026 #1' };
const HOLD: LegalHold = { ...KEY, reason: 'Case 4', by: 'kari', at: '2026-03-01T12:00:00.000Z' };
const LATER = '2026-04-01T12:00:00.000Z';

describeEachStorage('legal holds', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const listed = async () => {
    const holds: LegalHold[] = [];
    for await (const listedHold of temporary.storage.holds.list()) {
      if ('unreadable' in listedHold) throw listedHold.unreadable;
      holds.push(listedHold.hold);
    }
    return holds.sort((one, other) => (one.reference < other.reference ? -1 : 1));
  };
  const newestFileOf = async (reference: string) => {
    const digest = createHash('sha256').update(reference).digest('hex');
    return `holds/${(await temporary.raw.list('holds')).find((path) => path.includes(digest))}`;
  };
  const newestFile = async () => `holds/${(await temporary.raw.list('holds')).at(-1)}`;

  it('are in force until they are released', async () => {
    const { holds } = temporary.storage;
    assert.equal(await holds.find(KEY), undefined);
    assert.deepEqual(await listed(), []);
    assert.deepEqual(await holds.place(HOLD), HOLD);
    assert.deepEqual(await holds.find(KEY), HOLD);
    assert.deepEqual(await listed(), [HOLD]);
    assert.deepEqual(await holds.release({ ...KEY, by: 'ola', at: LATER }), HOLD);
    assert.equal(await holds.find(KEY), undefined);
    assert.deepEqual(await listed(), []);
    assert.equal(await holds.release({ ...KEY, at: LATER }), undefined);
  });

  it('stand as they were placed first, and can be placed again after their release', async () => {
    const { holds } = temporary.storage;
    await holds.place(HOLD);
    const another: LegalHold = { ...KEY, reason: 'Case 5', at: LATER };
    assert.deepEqual(await holds.place(another), HOLD);
    await holds.release({ ...KEY, at: LATER });
    assert.deepEqual(await holds.place(another), another);
    assert.deepEqual(await listed(), [another]);
  });

  it('keep who placed and who released them', async () => {
    const { holds } = temporary.storage;
    await holds.place(HOLD);
    await holds.release({ ...KEY, by: 'ola', reason: 'The case is closed', at: LATER });
    assert.deepEqual(JSON.parse(await temporary.raw.read(await newestFile())), {
      version: 1,
      ...KEY,
      placed: { reason: 'Case 4', by: 'kari', at: HOLD.at },
      released: { by: 'ola', reason: 'The case is closed', at: LATER },
    });
  });

  it('are separate for each reference and organisation, also for references that differ only in case', async () => {
    const { holds } = temporary.storage;
    const others = [
      { ...HOLD, reference: 'Lease/2026 #1' },
      { ...HOLD, organizationNumber: '984661185', reference: 'lease/2026 #2' },
    ];
    for (const hold of [HOLD, ...others]) await holds.place(hold);
    assert.equal((await listed()).length, 3);
    await holds.release({ ...KEY, at: LATER });
    assert.deepEqual(await listed(), others);
  });

  it('are placed and released once by concurrent processes', async () => {
    const { holds } = temporary.storage;
    const reasons = ['1', '2', '3', '4', '5', '6'];
    const placed = await Promise.all(reasons.map((reason) => holds.place({ ...HOLD, reason })));
    assert.equal(new Set(placed.map(({ reason }) => reason)).size, 1);
    const released = await Promise.all(reasons.map(() => holds.release({ ...KEY, at: LATER })));
    assert.equal(released.filter((hold) => hold !== undefined).length, 1);
    assert.equal((await temporary.raw.list('holds')).length, 2);
  });

  it('cannot be placed once the job is going to be erased; one that was placed before stands', async () => {
    const { holds } = temporary.storage;
    const erasure = { at: LATER, by: 'ola', reason: 'Request 4' };
    await holds.place(HOLD);
    assert.deepEqual(await holds.preclude(KEY, erasure), HOLD);
    await holds.release({ ...KEY, at: LATER });
    for (const _ of [1, 2]) assert.equal(await holds.preclude(KEY, erasure), undefined);
    assert.equal((await temporary.raw.list('holds')).length, 3);
    const erased = { code: 'JOB_ERASED', message: /begun on 2026-04-01 by ola: Request 4\./u };
    await assert.rejects(holds.place(HOLD), erased);
    assert.equal(await holds.find(KEY), undefined);
    assert.equal(await holds.release({ ...KEY, at: LATER }), undefined);
    assert.deepEqual(await listed(), []);
  });

  it('and an erasure at the same time: one of them is refused', async () => {
    const { holds } = temporary.storage;
    const [placed, precluded] = await Promise.allSettled([
      holds.place(HOLD),
      holds.preclude(KEY, { at: LATER }),
    ]);
    assert.equal(precluded.status, 'fulfilled');
    assert.equal(placed.status === 'fulfilled', precluded.value !== undefined);
  });

  it('that cannot be read are an error, never a missing hold', async () => {
    const { holds } = temporary.storage;
    await holds.place({ ...HOLD, reference: 'other' });
    await holds.place(HOLD);
    const files = (await temporary.raw.list('holds')).map((path) => `holds/${path}`);
    for (const path of files) await temporary.raw.write(path, '{"version":1}');
    await assert.rejects(holds.find(KEY), { code: 'STORED_CONTENT_DAMAGED' });
    await assert.rejects(holds.place(HOLD), { code: 'STORED_CONTENT_DAMAGED' });
    await assert.rejects(holds.release({ ...KEY, at: LATER }), { code: 'STORED_CONTENT_DAMAGED' });
    await assert.rejects(listed(), { code: 'STORED_CONTENT_DAMAGED' });
    for (const path of files) await temporary.raw.write(path, '{"version":2}');
    await assert.rejects(holds.find(KEY), { code: 'VERSION_NOT_SUPPORTED' });
    await assert.rejects(listed(), { code: 'VERSION_NOT_SUPPORTED' });
  });

  it('are listed without those of erased jobs, beside the digest of a reference whose record cannot be read', async () => {
    const { holds, ledger } = temporary.storage;
    const references = Array.from({ length: 40 }, (_, index) => `erased ${index}`);
    await Promise.all(references.map((reference) => holds.preclude({ ...KEY, reference }, { at: LATER })));
    await holds.place(HOLD);
    await temporary.raw.write(await newestFileOf(KEY.reference), 'not JSON');
    await holds.place({ ...HOLD, reference: 'sound' });
    const found: ListedHold[] = [];
    for await (const listedHold of holds.list()) found.push(listedHold);
    const unreadable = found.find((one) => 'unreadable' in one)!;
    assert.equal(found.length, 2);
    assert.deepEqual(found.find((one) => 'hold' in one)?.hold, { ...HOLD, reference: 'sound' });
    assert.equal(unreadable.unreadable.code, 'STORED_CONTENT_DAMAGED');
    const claim = { ...KEY, flow: 'PORTAL', contentDigest: 'a'.repeat(64), ...CLAIMED_INPUT } as const;
    const entry = await ledger.claim(claim);
    assert.deepEqual(await ledger.findByDigest(unreadable.of), entry);
  });
});
