import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerClaim, LedgerEntry, UnsettledOptions, UnsettledReference } from '@signering/storage';
import { CLAIMED_INPUT } from './encrypted-input.js';
import {
  describeEachStorage,
  openTemporaryStorage,
  type TemporaryFolder,
  type TemporaryStorage,
} from './temporary-storage.js';

const claimOf = (reference: string, organizationNumber = '910000007'): LedgerClaim => ({
  organizationNumber,
  reference,
  flow: 'PORTAL',
  pollingQueue: 'q',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
});
const AT = '2026-03-01T10:00:00.000Z';
const CREATED = { signatureJobId: '42', createdAt: AT };
const SETTLED = { outcome: 'SIGNED', folder: 'f', settledAt: AT } as const;

async function unsettledIn(
  { storage }: TemporaryStorage,
  options?: UnsettledOptions,
): Promise<readonly UnsettledReference[]> {
  const all: UnsettledReference[] = [];
  for await (const found of storage.ledger.unsettled(options)) all.push(found);
  return all;
}

const nameOf = (found: UnsettledReference) =>
  'entry' in found ? found.entry.reference : found.unreadable.code;

async function listedIn(temporary: TemporaryStorage, options?: UnsettledOptions): Promise<readonly string[]> {
  return (await unsettledIn(temporary, options)).map(nameOf);
}

describeEachStorage('the index of unsettled ledger entries', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const unsettled = () => unsettledIn(temporary);
  const listed = (options?: UnsettledOptions) => listedIn(temporary, options);
  const markers = () => temporary.raw.list('ledger/910000007/unsettled');

  it('is empty before the first claim', async () => {
    assert.deepEqual(await listed(), []);
  });

  it('lists an entry with its claimed input from the claim until the final change is confirmed', async () => {
    const { ledger } = temporary.storage;
    let entry = await ledger.claim(claimOf('A'));
    const [first] = await unsettled();
    assert.deepEqual(first && 'entry' in first && first.entry, entry);
    for (const progress of [{ created: CREATED }, { settled: SETTLED }]) {
      entry = await ledger.advance(entry, progress);
      assert.deepEqual(await listed(), ['A']);
    }
    await ledger.advance(entry, { confirmedAt: AT });
    assert.deepEqual(await listed(), []);
    assert.deepEqual(await markers(), []);
    await ledger.claim(claimOf('A'));
    assert.deepEqual(await markers(), [], 'a repeated claim of a settled reference does not reopen it');
  });

  it('does not wait for a confirmation when there is nothing to confirm', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.claim(claimOf('A'));
    await ledger.advance(entry, { settled: { ...SETTLED, outcome: 'NOT_REPORTED', nothingToConfirm: true } });
    assert.deepEqual(await listed(), []);
  });

  it('omits an abandoned entry until it is claimed again or its job turns out to be created', async () => {
    const { ledger } = temporary.storage;
    const abandon = (entry: LedgerEntry) => ledger.advance(entry, { abandoned: { abandonedAt: AT } });
    const abandoned = await abandon(await ledger.claim(claimOf('A')));
    assert.deepEqual(await listed(), []);
    const opened = await ledger.claim(claimOf('A'));
    assert.equal(opened.revision, abandoned.revision + 1);
    assert.deepEqual(await listed(), ['A']);
    await ledger.advance(await abandon(opened), { created: CREATED });
    assert.deepEqual(await listed(), ['A']);
  });

  it('lists an abandoned entry on request, if its job may have been created', async () => {
    const { ledger } = temporary.storage;
    for (const [reference, outcome] of [
      ['doubtful', 'AMBIGUOUS'],
      ['refused', 'REFUSED'],
    ] as const) {
      const attempts = [{ attempt: 1, startedAt: AT, outcome }];
      await ledger.advance(await ledger.claim(claimOf(reference)), {
        attempts,
        abandoned: { abandonedAt: AT },
      });
    }
    assert.deepEqual(await listed(), []);
    const found = [];
    for await (const one of ledger.unsettled({ doubtful: true })) found.push(one);
    assert.deepEqual(
      found.map((one) => 'entry' in one && one.entry.reference),
      ['doubtful'],
    );
  });

  it('reopens an abandoned entry once under concurrent claims', async () => {
    const { ledger } = temporary.storage;
    const { revision } = await ledger.advance(await ledger.claim(claimOf('A')), {
      abandoned: { abandonedAt: AT },
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ledger.claim(claimOf('A'))));
    assert.deepEqual(new Set(answers.map((answer) => answer.revision)), new Set([revision + 1]));
  });

  it('lists all organisations, and continues after a position', async () => {
    const { ledger } = temporary.storage;
    for (const reference of ['A', 'B', 'C']) await ledger.claim(claimOf(reference));
    await ledger.claim(claimOf('D', '910000015'));
    const all = await unsettled();
    assert.equal(all.length, 4);
    for (const [index, { position }] of all.entries()) {
      assert.deepEqual(await listed({ after: position }), all.slice(index + 1).map(nameOf));
    }
  });

  it('skips a marker whose claim was never written, and removes the marker of an entry settled for good', async () => {
    const { ledger } = temporary.storage;
    let entry = await ledger.claim(claimOf('A'));
    const [marker] = await markers();
    entry = await ledger.advance(entry, { settled: SETTLED });
    await ledger.advance(entry, { confirmedAt: AT });
    // State left by processes killed before the claim, or before the marker's removal.
    for (const name of [marker!, 'f'.repeat(64)]) {
      await temporary.raw.writeMarker(`ledger/910000007/unsettled/${name}`);
    }
    assert.deepEqual(await listed(), []);
    assert.deepEqual(await markers(), ['f'.repeat(64)]);
  });

  it('marks an entry again when a claim is repeated', async () => {
    const { ledger } = temporary.storage;
    await ledger.claim(claimOf('A'));
    for (const name of await markers()) await temporary.raw.remove(`ledger/910000007/unsettled/${name}`);
    await ledger.claim(claimOf('A'));
    assert.deepEqual(await listed(), ['A']);
  });

  it('keeps the order when it reads several entries at the same time', async () => {
    const { ledger } = temporary.storage;
    for (let number = 1; number <= 9; number += 1) await ledger.claim(claimOf(`A-${number}`));
    const oneByOne = await listed();
    for (const atOnce of [2, 9, 100]) assert.deepEqual(await listed({ atOnce }), oneByOne);
  });

  it('lists a damaged entry as damaged, and continues with the others', async () => {
    for (const reference of ['A', 'B', 'C']) await temporary.storage.ledger.claim(claimOf(reference));
    const [first] = await temporary.raw.list('ledger/910000007/references');
    await temporary.raw.write(`ledger/910000007/references/${first}`, 'junk');
    const names = await listed();
    assert.equal(names.filter((name) => name === 'STORED_CONTENT_DAMAGED').length, 1);
    assert.equal(names.length, 3);
  });
});

describe('the index of unsettled ledger entries in a folder', () => {
  let temporary: TemporaryFolder;
  beforeEach(async () => {
    temporary = await openTemporaryStorage();
  });
  afterEach(() => temporary.remove());

  const unsettled = () => unsettledIn(temporary);
  const listed = () => listedIn(temporary);

  it('lists an entry with any kind of damage as damaged, and continues with the others', async () => {
    const { ledger } = temporary.storage;
    for (const reference of ['A', 'B', 'C']) await ledger.claim(claimOf(reference));
    const references = join(temporary.root, 'ledger', '910000007', 'references');
    const [first, second] = (await readdir(references)).sort();
    const newest = join(references, first!, '2.json');
    const damages = [
      () => writeFile(newest, 'junk'),
      () => writeFile(newest, ''),
      () => mkdir(newest),
      () => symlink('nowhere', newest),
      async () => writeFile(newest, JSON.stringify(await otherEntry(second!))),
    ];
    for (const damage of damages) {
      await damage();
      const names = await listed();
      assert.equal(names.filter((name) => name === 'STORED_CONTENT_DAMAGED').length, 1);
      assert.equal(names.length, 3);
      await rm(newest, { recursive: true });
    }
  });

  it('lists an entry of a later version as one that it cannot read, and continues with the others', async () => {
    const { ledger } = temporary.storage;
    for (const reference of ['A', 'B', 'C']) await ledger.claim(claimOf(reference));
    const references = join(temporary.root, 'ledger', '910000007', 'references');
    const [first] = (await readdir(references)).sort();
    await writeFile(join(references, first!, '2.json'), '{"version":2}');
    const names = await listed();
    assert.equal(names.filter((name) => name === 'VERSION_NOT_SUPPORTED').length, 1);
    assert.equal(names.length, 3);
  });

  it('lists an entry whose folder is a broken link as damaged, and continues with the others', async () => {
    for (const reference of ['A', 'B', 'C']) await temporary.storage.ledger.claim(claimOf(reference));
    const references = join(temporary.root, 'ledger', '910000007', 'references');
    const first = join(references, (await readdir(references)).sort()[0]!);
    await rm(first, { recursive: true });
    await symlink(first, first);
    const [damaged, ...others] = await listed();
    assert.equal(damaged, 'STORED_CONTENT_DAMAGED');
    assert.equal(others.length, 2);
  });

  it('lists an entry without read permission, and continues with the others', async () => {
    await withoutPrivileges(async () => {
      const own = await openTemporaryStorage();
      try {
        for (const reference of ['A', 'B', 'C']) await own.storage.ledger.claim(claimOf(reference));
        const references = join(own.root, 'ledger', '910000007', 'references');
        const folder = join(references, (await readdir(references)).sort()[0]!);
        for (const path of [join(folder, '1.json'), folder]) {
          await chmod(path, 0o000);
          const found: UnsettledReference[] = [];
          for await (const one of own.storage.ledger.unsettled()) found.push(one);
          await chmod(path, 0o700);
          assert.equal(found.length, 3);
          assert.ok('unreadable' in found[0]!);
          // Permissions can be repaired, so a job that needs the entry waits.
          const { code, retryable } = found[0].unreadable;
          assert.deepEqual({ code, retryable }, { code: 'STORAGE_UNAVAILABLE', retryable: true });
        }
        await chmod(references, 0o000);
        const walk = own.storage.ledger.unsettled()[Symbol.asyncIterator]();
        await assert.rejects(walk.next(), { code: 'STORAGE_UNAVAILABLE', isOfOneEntry: false });
        await chmod(references, 0o700);
      } finally {
        await own.remove();
      }
    });
  });

  /** The root user bypasses permissions. */
  async function withoutPrivileges(work: () => Promise<void>): Promise<void> {
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65_534);
    try {
      await work();
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  }

  async function otherEntry(name: string): Promise<LedgerEntry> {
    for (const found of await unsettled()) {
      if (found.position.endsWith(name) && 'entry' in found) return { ...found.entry, revision: 2 };
    }
    throw new Error(`There is no entry ${name}.`);
  }

  it('distinguishes a fault of one entry from a fault of the storage', async () => {
    const { ledger } = temporary.storage;
    await ledger.claim(claimOf('A'));
    const references = join(temporary.root, 'ledger', '910000007', 'references');
    const [name] = await readdir(references);
    await rename(join(references, name!), join(references, 'aside'));
    await writeFile(join(references, name!), 'a file in the place of the folder');
    await assert.rejects(ledger.find(claimOf('A')), { code: 'STORED_CONTENT_DAMAGED', retryable: false });
    await rename(references, `${references}-aside`);
    await symlink(references, references);
    await assert.rejects(ledger.find(claimOf('A')), { code: 'STORAGE_UNAVAILABLE', retryable: true });
    await assert.rejects(listed(), { code: 'STORAGE_UNAVAILABLE' });
  });
});
