import { SigningError } from '@signering/schema';
import { findAnnouncement, type SandboxAnnouncement } from './sandbox-announcement.js';
import { startSigneringProcess, type SigneringProcess } from './signering-process.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startSandboxProcess}. */
export interface SandboxProcessOptions {
  /** Folder of the log and the record of the process. */
  readonly folder: string;
  /** Folder of the sandbox's state, which a later start continues. */
  readonly stateFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The sandbox's wait after an empty queue, such as `1s`. */
  readonly emptyQueueWait: string;
  /** How many calls a second the sandbox permits; `unlimited`: it counts none. @default 10 */
  readonly callsPerSecond?: string | undefined;
  /** Address of a sender portal that people log in to with the sandbox's issuer. @default none */
  readonly senderPortalUrl?: string | undefined;
}

/** The sandbox as a separate process. */
export interface SandboxProcess extends SigneringProcess {
  readonly announcement: SandboxAnnouncement;
}

// The first start generates a dozen RSA keys.
const READY_WITHIN_MS = 60_000;

/** Starts the sandbox and waits for its announcement. @throws SERVICE_UNAVAILABLE if it does not start */
export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  const { folder, stateFolder, env, emptyQueueWait, callsPerSecond, senderPortalUrl } = options;
  const started = startSigneringProcess({
    name: 'sandbox',
    args: [
      ...['sandbox', '--port', '0', '--state', stateFolder, '--empty-queue-wait', emptyQueueWait],
      ...(callsPerSecond === undefined ? [] : ['--calls-per-second', callsPerSecond]),
      ...(senderPortalUrl === undefined ? [] : ['--sender-portal', senderPortalUrl]),
    ],
    env,
    folder,
  });
  let ending: string | undefined;
  void started.ended.then((how) => {
    ending = how;
  });
  let announcement: SandboxAnnouncement | undefined;
  await waitUntil(
    () => {
      announcement = findAnnouncement(started.printed());
      return announcement !== undefined || ending !== undefined;
    },
    { withinMs: READY_WITHIN_MS },
  );
  if (announcement !== undefined && ending === undefined) return { ...started, announcement };
  await started.stop(1000);
  const lastLine = started.logged().trim().split('\n').at(-1) ?? '';
  throw new SigningError(
    'SERVICE_UNAVAILABLE',
    `The sandbox did not start (${ending ?? 'it announced nothing in time'}): ${lastLine}`,
  );
}
