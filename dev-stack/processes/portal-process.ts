import { SigningError } from '@signering/schema';
import { startSigneringProcess, type SigneringProcess } from './signering-process.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startPortalProcess}. */
export interface PortalProcessOptions {
  /** Folder of the log and the record of the process. */
  readonly folder: string;
  /** The settings of the sender portal and of its client; `SIGNERING_PORTAL_URL` has its port. */
  readonly env: NodeJS.ProcessEnv;
}

const READY_WITHIN_MS = 60_000;

/** Starts a sender portal and waits until it is ready. @throws SERVICE_UNAVAILABLE if it does not start */
export async function startPortalProcess(options: PortalProcessOptions): Promise<SigneringProcess> {
  const { folder, env } = options;
  const started = startSigneringProcess({ name: 'portal', args: ['portal'], env, folder });
  let ending: string | undefined;
  void started.ended.then((how) => {
    ending = how;
  });
  const answers = async (): Promise<boolean> =>
    await fetch(`${env['SIGNERING_PORTAL_URL'] ?? ''}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const ready = await waitUntil(async () => ending !== undefined || (await answers()), {
    withinMs: READY_WITHIN_MS,
  });
  if (ready && ending === undefined) return started;
  await started.stop(1000);
  const lastLine = started.logged().trim().split('\n').at(-1) ?? '';
  throw new SigningError(
    'SERVICE_UNAVAILABLE',
    `The sender portal did not start (${ending ?? 'it was not ready in time'}): ${lastLine}`,
  );
}
