import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { startTestStack, waitFor, type TestStack, type TestStackOptions } from '../fixtures/index.js';

/** What the tests of a suite use. */
export interface SigningStack {
  readonly stack: TestStack;
  /** Sends as the sandbox's sender, with the stack's settings. */
  readonly client: SigningClient;
  /** To the stack's Temporal server. */
  readonly connection: Connection;
  /** The worker that the fixture started. */
  readonly worker: Awaited<ReturnType<TestStack['startWorker']>>;
}

/** The argument of {@link useSigningStack}. */
export interface SigningStackOptions extends TestStackOptions {
  /** Settings of the worker alone. @default none */
  readonly workerSettings?: Readonly<Record<string, string>>;
  /** The tests start their workers. @default false */
  readonly withoutWorker?: boolean;
  /** Starts a stack for each test instead of one for the suite. @default false */
  readonly forEachTest?: boolean;
}

/**
 * Starts a stack, a worker, a client and a connection before the tests of a suite, and stops them after it. Hooks of a
 * suite that need the running stack to clean up are defined before this call.
 */
export function useSigningStack(
  use: (started: SigningStack) => void,
  { forEachTest = false, withoutWorker = false, workerSettings = {}, ...options }: SigningStackOptions = {},
): void {
  const stops: (() => Promise<void>)[] = [];
  (forEachTest ? beforeEach : before)(async () => {
    const stack = await startTestStack(options);
    stops.unshift(() => stack.stop());
    const worker = withoutWorker ? undefined : await stack.startWorker(workerSettings);
    const client = await SigningClient.connect({ env: stack.env });
    stops.unshift(() => client.close());
    const connection = await Connection.connect({ address: stack.temporal.address });
    stops.unshift(() => connection.close());
    use({
      stack,
      client,
      connection,
      get worker() {
        if (worker === undefined) throw new Error('This suite starts its workers itself.');
        return worker;
      },
    });
  });
  (forEachTest ? afterEach : after)(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
}

/** Waits until the job of a reference is created, and returns its number at the service. */
export function createdJobIdOf(
  client: SigningClient,
  reference: string,
  explain?: () => string,
): Promise<string> {
  return waitFor(async () => (await client.getJob(reference)).signatureJobId, {
    what: `job ${reference} is created`,
    ...(explain !== undefined && { explain }),
  });
}
