import assert from 'node:assert/strict';
import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { TASK_QUEUE } from '@signering/contract';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { startLedgerWalk } from '@signering/worker/internal/ledger-walk.js';
import { waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { openTemporaryStorage, type TemporaryFolder } from '../storage/temporary-storage.js';

const ENDED_EARLY = 'The walk through open jobs ended early; the next round continues.';
const WALKED = 'Walked through the open jobs.';

describe('the walk through open jobs, while storage or Temporal is away', () => {
  let temporary: TemporaryFolder;
  let connection: Connection;
  let lines: { readonly message: string; readonly meta: Record<string, unknown> }[];

  beforeEach(async () => {
    temporary = await openTemporaryStorage();
    // No server listens there.
    connection = Connection.lazy({ address: '127.0.0.1:1' });
    lines = [];
  });
  afterEach(async () => {
    await connection.close();
    await temporary.remove();
  });

  const startWalk = (senders = ['910000007']) =>
    startLedgerWalk({
      ...temporary.storage,
      encryption: createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')]))),
      temporal: new Client({ connection }),
      taskQueue: TASK_QUEUE,
      senders: new Set(senders),
      logger: new DefaultLogger('DEBUG', ({ message, meta = {} }) => lines.push({ message, meta })),
      intervalMs: 100,
    });

  const logged = (message: string) => lines.filter((line) => line.message === message);

  it('ends the round at the first answer that Temporal does not give, and skips no entry for it', async () => {
    for (let number = 0; number < 20; number += 1) {
      await temporary.storage.ledger.claim({
        organizationNumber: '910000007',
        reference: `job-${number}`,
        flow: 'PORTAL',
        pollingQueue: 'q',
        contentDigest: 'a'.repeat(64),
        ...CLAIMED_INPUT,
      });
    }
    const walk = startWalk();
    try {
      await waitFor(() => logged(ENDED_EARLY).length > 0, { what: 'a round ended early' });
    } finally {
      await walk.stop();
    }
    assert.deepEqual(new Set(lines.map(({ message }) => message)), new Set([ENDED_EARLY, WALKED]));
    assert.equal(logged(WALKED)[0]?.meta['skipped'], undefined);
  });

  it('leaves the entries of other senders, which share the storage, to their workers', async () => {
    lines.length = 0;
    const walk = startWalk(['910000015']);
    try {
      await waitFor(() => logged(WALKED).length > 1, { what: 'two rounds' });
    } finally {
      await walk.stop();
    }
    assert.deepEqual(logged(ENDED_EARLY), []);
  });

  it('goes on in a later round when the storage is back', async () => {
    const ledger = join(temporary.root, 'ledger');
    await symlink(ledger, ledger);
    const walk = startWalk();
    try {
      await waitFor(() => logged(ENDED_EARLY).length > 0, { what: 'a round ended early' });
      await unlink(ledger);
      const failed = logged(ENDED_EARLY).length;
      const rounds = logged(WALKED).length;
      await waitFor(() => logged(WALKED).length > rounds + 2, { what: 'later rounds' });
      assert.ok(logged(ENDED_EARLY).length <= failed + 1);
    } finally {
      await walk.stop();
    }
  });
});
