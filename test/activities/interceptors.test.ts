import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import type { Info as ActivityInfo } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { FailureInterceptor, HeartbeatInterceptor, StorageInterceptor } from '@signering/activities';
import { passedOnState, passOn } from '@signering/activities/internal/heartbeat-interceptor.js';
import { STORAGE_ID_HEADER } from '@signering/contract';
import { SigningError, type KnownErrorCode, type SigningErrorFacts } from '@signering/schema';
import { demandStorageId, openFileStorage } from '@signering/storage';
import { freshFolder, freshStorage, waitFor } from '../fixtures/index.js';

/** How a SigningError that an activity throws reaches Temporal. */
async function failureOf(
  activityType: string,
  code: KnownErrorCode,
  facts?: SigningErrorFacts,
  info?: Partial<ActivityInfo>,
): Promise<ApplicationFailure> {
  const environment = new MockActivityEnvironment(
    { activityType, ...info },
    { interceptors: [() => ({ inbound: new FailureInterceptor() })], logger: new DefaultLogger('ERROR') },
  );
  const thrown = environment.run(() => Promise.reject(new SigningError(code, 'refused', facts)));
  const failure: unknown = await thrown.catch((error: unknown) => error);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

describe('FailureInterceptor', () => {
  /** Activity, code, whether the code is retryable, and whether Temporal stops repeating the activity. */
  const TABLE: readonly (readonly [string, KnownErrorCode, boolean, boolean])[] = [
    ['createSignatureJob', 'REQUEST_REFUSED', false, true],
    ['createSignatureJob', 'SERVICE_UNAVAILABLE', true, false],
    ['createSignatureJob', 'KEY_MISMATCH', false, false],
    ['createSignatureJob', 'VERSION_NOT_SUPPORTED', false, false],
    ['createSignatureJob', 'STORED_CONTENT_DAMAGED', false, true],
    ['sendEmail', 'STORED_CONTENT_DAMAGED', false, false],
    ['eraseJob', 'STORED_CONTENT_DAMAGED', false, true],
    ['confirmOutcome', 'REQUEST_REFUSED', false, false],
    ['archivePades', 'SIGNED_DOCUMENT_BROKEN', false, true],
    ['archivePades', 'ARCHIVE_CONFLICT', false, false],
    ['fetchDirectStatus', 'STATUS_QUERY_TOKEN_INVALID', false, true],
    ['fetchDirectStatus', 'REQUEST_REFUSED', false, false],
  ];
  for (const [activity, code, retryable, isFinal] of TABLE) {
    it(`${isFinal ? 'ends' : 'repeats'} ${activity} on ${code}`, async () => {
      const failure = await failureOf(activity, code);
      assert.deepEqual([failure.type, failure.nonRetryable], [code, isFinal]);
      assert.deepEqual(failure.details?.[0], { retryable });
    });
  }

  it('waits as long as the service asks, and marks that wait as expected', async () => {
    const failure = await failureOf('drainStatusQueue', 'POLLED_TOO_EARLY', { retryAfterMs: 1500 });
    assert.deepEqual([failure.nextRetryDelay, failure.category], [1500, 'BENIGN']);
  });

  it('pauses as after the second failure when the other nine attempts had no turn', async () => {
    const pauseOf = async (info: Partial<ActivityInfo>): Promise<unknown> =>
      (await failureOf('createSignatureJob', 'SERVICE_UNAVAILABLE', {}, info)).nextRetryDelay;
    const heartbeatDetails = { plannedRepeats: 9 };
    const retryPolicy = { initialInterval: 3000, backoffCoefficient: 3, maximumInterval: 8000 };
    assert.equal(await pauseOf({ attempt: 11, heartbeatDetails }), 2000);
    assert.equal(await pauseOf({ attempt: 10, heartbeatDetails, retryPolicy }), 3000);
    assert.equal(await pauseOf({ attempt: 11, heartbeatDetails, retryPolicy }), 8000);
    for (const other of [undefined, 'x', { plannedRepeats: 'many' }, { state: {} }])
      assert.equal(await pauseOf({ attempt: 11, heartbeatDetails: other }), undefined);
  });

  it('leaves other errors unchanged', async () => {
    const environment = new MockActivityEnvironment(
      {},
      { interceptors: [() => ({ inbound: new FailureInterceptor() })], logger: new DefaultLogger('ERROR') },
    );
    await assert.rejects(
      environment.run(() => Promise.reject(new TypeError('x'))),
      TypeError,
    );
  });
});

describe('HeartbeatInterceptor', () => {
  it('records heartbeats while the activity runs, and none without a heartbeat timeout', async () => {
    const interceptors = [() => ({ inbound: new HeartbeatInterceptor() })];
    const beating = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 }, { interceptors });
    const beats = new Promise<void>((resolve) => {
      let count = 0;
      beating.on('heartbeat', () => {
        count += 1;
        if (count === 2) resolve();
      });
    });
    // The activity ends only after two heartbeats.
    await beating.run(() => beats);
    const silent = new MockActivityEnvironment({}, { interceptors });
    assert.equal(silent.context.info.heartbeatTimeoutMs, undefined);
    silent.on('heartbeat', () => assert.fail('a heartbeat was recorded'));
    assert.equal(await silent.run(() => Promise.resolve('done')), 'done');
  });
});

describe('what an activity passes on', () => {
  const run = (
    activity: (sent: readonly unknown[]) => Promise<unknown>,
    heartbeatDetails?: unknown,
    heartbeatTimeoutMs = 10_000,
  ) => {
    const sent: unknown[] = [];
    const environment = new MockActivityEnvironment(
      { heartbeatTimeoutMs, heartbeatDetails },
      {
        interceptors: [() => ({ inbound: new HeartbeatInterceptor() })],
        logger: new DefaultLogger('ERROR'),
      },
    );
    environment.on('heartbeat', (details: unknown) => sent.push(details));
    return { sent, ended: environment.run(() => activity(sent)) };
  };
  const fail = () => Promise.reject(new Error('it failed'));
  const stateOf = (details: unknown) => String((details as { readonly state?: unknown }).state);

  it('gets to the next attempt when it fails, also over attempts that end before they read it', async () => {
    const first = run(() => {
      passOn(['answer']);
      return fail();
    });
    await assert.rejects(first.ended, /it failed/u);
    assert.equal(first.sent.length, 1);
    const second = run(fail, first.sent.at(-1));
    await assert.rejects(second.ended, /it failed/u);
    assert.deepEqual(second.sent, first.sent);
    const third = run(() => Promise.resolve(passedOnState()), second.sent.at(-1));
    assert.deepEqual(await third.ended, ['answer']);
    assert.deepEqual(third.sent, []);
  });

  it('is in each heartbeat, so that it outlives the worker', async () => {
    const { sent, ended } = run(
      async (sentSoFar) => {
        await waitFor(() => sentSoFar.length > 0, { what: 'a heartbeat' });
        passOn(['newer']);
        await waitFor(() => stateOf(sentSoFar.at(-1)) === 'newer', { what: 'a heartbeat with it' });
      },
      { state: ['earlier'] },
      30,
    );
    await ended;
    // On a busy machine a heartbeat may be repeated before the activity goes on.
    assert.deepEqual([...new Set(sent.map(stateOf))], ['earlier', 'newer']);
  });
});

describe('StorageInterceptor', () => {
  it('runs an activity on the storage of its job alone, and on no storage that is away', async () => {
    const root = await freshStorage();
    const { storageIdentity } = await openFileStorage({ root });
    const storageId = await demandStorageId(storageIdentity);
    const other = await openFileStorage({ root: await freshStorage() });
    const otherId = await demandStorageId(other.storageIdentity);
    const execute = (sent?: string) =>
      new StorageInterceptor({ storageIdentity, storageId }).execute(
        {
          args: [],
          headers: sent === undefined ? {} : { [STORAGE_ID_HEADER]: defaultPayloadConverter.toPayload(sent) },
        },
        () => Promise.resolve('ran'),
      );
    assert.equal(await execute(), 'ran');
    assert.equal(await execute(storageId), 'ran');
    await assert.rejects(execute(otherId), { code: 'STORAGE_MISMATCH', retryable: true });
    await rename(root, `${freshFolder('away')}/storage`);
    await assert.rejects(execute(), { code: 'STORAGE_UNAVAILABLE', retryable: true });
  });
});
