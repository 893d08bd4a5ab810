import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SigningError } from '@signering/schema';
import { newPortalJob } from '../new-portal-job.js';
import { startTestService, type Answer } from '../test-service.js';

const CREATED =
  '<portal-signature-job-response xmlns="http://signering.posten.no/schema/v1"><signature-job-id>7</signature-job-id>' +
  '<cancellation-url>https://localhost/cancel</cancellation-url></portal-signature-job-response>';
const REFUSED =
  '<error xmlns="http://signering.posten.no/schema/v1"><error-code>ASICE_VALIDATION_FAILED</error-code>' +
  '<error-message>The package is refused.</error-message><error-type>CLIENT</error-type></error>';

const accept: Answer = (response) => response.end(CREATED);
const refuse: Answer = (response) => response.writeHead(400).end(REFUSED);
const refuseAt =
  (clockOffMs: number): Answer =>
  (response) =>
    response
      .setHeader('date', new Date(Date.now() + clockOffMs).toUTCString())
      .writeHead(400)
      .end(REFUSED);
const refuseAfter =
  (milliseconds: number): Answer =>
  (response) =>
    setTimeout(() => response.writeHead(400).end(REFUSED), milliseconds);

interface Scenario {
  /** How old each package is when it is sent, in milliseconds: the hook that sees it first takes so long. */
  readonly ages: readonly number[];
  readonly answers: readonly Answer[];
}

interface Seen {
  readonly outcome: PromiseSettledResult<unknown>;
  /** Requests that arrived whole. */
  readonly whole: number;
  readonly attempts: number;
  /** Different packages that were sealed. */
  readonly sealed: number;
}

async function run({ ages, answers }: Scenario): Promise<Seen> {
  const packages = new Set<string>();
  const service = await startTestService({
    api: {
      onDocumentPackage: async ({ content }) => {
        packages.add(Buffer.from(content).toString('base64'));
        await delay(ages[packages.size - 1] ?? 0);
      },
    },
  });
  let attempts = 0;
  service.answer = (response, request) => answers[packages.size - 1]?.(response, request);
  try {
    const [outcome] = await Promise.allSettled([
      service.api.portal.createSignatureJob(newPortalJob(), {
        beforeSending: () => {
          attempts += 1;
          return Promise.resolve();
        },
      }),
    ]);
    return { outcome, attempts, whole: service.requests.length, sealed: packages.size };
  } finally {
    await service.stop();
  }
}

function failedWith({ outcome }: Seen): SigningError {
  assert.equal(outcome.status, 'rejected');
  assert.ok(outcome.reason instanceof SigningError);
  return outcome.reason;
}

describe('a document package that the service refuses', () => {
  let inTime: Seen, late: Seen, tooLate: Seen, alwaysTooLate: Seen, alwaysLate: Seen, slowService: Seen;
  let ahead: Seen, behind: Seen;
  // Each of them takes as long as its packages have to be old: all run at the same time.
  before(async () => {
    [inTime, late, tooLate, alwaysTooLate, alwaysLate, slowService, ahead, behind] = await Promise.all([
      run({ ages: [], answers: [refuse] }),
      run({ ages: [4200], answers: [refuse, accept] }),
      run({ ages: [5200], answers: [accept, accept] }),
      run({ ages: [5200, 5200, 5200], answers: [] }),
      run({ ages: [4200, 4200, 4200], answers: [refuse, refuse, refuse] }),
      run({ ages: [], answers: [refuseAfter(4200), refuseAfter(4200), refuse] }),
      run({ ages: [], answers: [refuseAt(-60_000)] }),
      run({ ages: [], answers: [refuseAt(60_000)] }),
    ]);
  });

  it('is final when it was sent in time', () => {
    assert.equal(failedWith(inTime).code, 'DOCUMENT_PACKAGE_REFUSED');
    assert.deepEqual([inTime.whole, inTime.sealed, inTime.attempts], [1, 1, 1]);
  });

  it('is sealed and sent again when its signing time was too old, within the same attempt', () => {
    assert.equal(late.outcome.status, 'fulfilled');
    assert.deepEqual([late.sealed, late.attempts], [2, 1]);
  });

  it('is not even sent to its end when it is certain to be too old', () => {
    assert.equal(tooLate.outcome.status, 'fulfilled');
    assert.deepEqual([tooLate.whole, tooLate.sealed, tooLate.attempts], [1, 2, 1]);
  });

  it('is DOCUMENT_PACKAGE_OUTDATED, which may be tried again, when it is too old three times', () => {
    for (const seen of [alwaysTooLate, alwaysLate]) {
      const error = failedWith(seen);
      assert.deepEqual([error.code, error.retryable], ['DOCUMENT_PACKAGE_OUTDATED', true]);
      assert.deepEqual([seen.sealed, seen.attempts], [3, 1]);
    }
    assert.equal(alwaysTooLate.whole, 0);
  });

  it("is DOCUMENT_PACKAGE_OUTDATED at once when this machine's clock differs from the service's", () => {
    for (const [seen, words] of [
      [ahead, /clock is 6\d s ahead of/u],
      [behind, /clock is (?:5\d|60) s behind/u],
    ] as const) {
      const error = failedWith(seen);
      assert.deepEqual([error.code, error.retryable], ['DOCUMENT_PACKAGE_OUTDATED', true]);
      assert.match(error.message, words);
      assert.deepEqual([seen.sealed, seen.attempts], [1, 1]);
    }
  });

  it('is sent again when only the answer came late, and final when it is refused in time then', () => {
    assert.equal(failedWith(slowService).code, 'DOCUMENT_PACKAGE_REFUSED');
    assert.deepEqual([slowService.whole, slowService.sealed], [3, 3]);
  });
});
