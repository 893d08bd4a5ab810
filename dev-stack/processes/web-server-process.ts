import { SigningError } from '@signering/schema';
import { startSigneringProcess, type SigneringProcess } from './signering-process.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startCodecServerProcess}. */
export interface CodecServerProcessOptions {
  /** Folder of the log and the record of the process. */
  readonly folder: string;
  /** The codec server's settings; `SIGNERING_CODEC_LISTEN` names its port. */
  readonly env: NodeJS.ProcessEnv;
}

const READY_WITHIN_MS = 60_000;

/** Starts a codec server and waits until it is ready. @throws SERVICE_UNAVAILABLE if it does not start */
export async function startCodecServerProcess(options: CodecServerProcessOptions): Promise<SigneringProcess> {
  const { folder, env } = options;
  const started = startSigneringProcess({ name: 'codec-server', args: ['codec-server'], env, folder });
  let ending: string | undefined;
  void started.ended.then((how) => {
    ending = how;
  });
  const answers = async (): Promise<boolean> =>
    await fetch(`http://${env['SIGNERING_CODEC_LISTEN'] ?? ''}/readyz`).then(
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
    `The codec server did not start (${ending ?? 'it was not ready in time'}): ${lastLine}`,
  );
}
