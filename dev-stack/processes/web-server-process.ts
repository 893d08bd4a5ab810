import { SigningError } from '@signering/schema';
import { startSigneringProcess, type SigneringProcess } from './signering-process.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startCodecServerProcess} and {@link startPortalProcess}. */
export interface WebServerProcessOptions {
  /** Folder of the log and the record of the process. */
  readonly folder: string;
  /** Its settings: `SIGNERING_CODEC_LISTEN` of a codec server, `SIGNERING_PORTAL_URL` of a sender portal name its port. */
  readonly env: NodeJS.ProcessEnv;
}

const READY_WITHIN_MS = 60_000;

/** Starts a codec server and waits until it is ready. @throws SERVICE_UNAVAILABLE if it does not start */
export function startCodecServerProcess(options: WebServerProcessOptions): Promise<SigneringProcess> {
  const url = `http://${options.env['SIGNERING_CODEC_LISTEN'] ?? ''}`;
  return startWebServer('codec-server', { ...options, url, title: 'codec server' });
}

/** Starts a sender portal and waits until it is ready. @throws SERVICE_UNAVAILABLE if it does not start */
export function startPortalProcess(options: WebServerProcessOptions): Promise<SigneringProcess> {
  const url = options.env['SIGNERING_PORTAL_URL'] ?? '';
  return startWebServer('portal', { ...options, url, title: 'sender portal' });
}

/** @param command of `signering`, also the name of the process */
async function startWebServer(
  command: string,
  { folder, env, url, title }: WebServerProcessOptions & { readonly url: string; readonly title: string },
): Promise<SigneringProcess> {
  const started = startSigneringProcess({ name: command, args: [command], env, folder });
  let ending: string | undefined;
  void started.ended.then((how) => {
    ending = how;
  });
  const answers = async (): Promise<boolean> =>
    await fetch(`${url}/readyz`).then(
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
    `The ${title} did not start (${ending ?? 'it was not ready in time'}): ${lastLine}`,
  );
}
