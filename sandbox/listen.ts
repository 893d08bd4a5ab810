import type { Server } from 'node:net';
import { InvalidInputError } from '@signering/schema';

/** The sandbox listens on loopback only. */
export const HOST = '127.0.0.1';

/** The port to listen on. */
export interface PortWish {
  /** 0: the remembered one if it is free, else any. */
  readonly port: number;
  readonly remembered: number | undefined;
}

/**
 * Listens, and returns the port.
 * @throws INVALID_SETTINGS when a port that the settings name is taken
 */
export async function listen(server: Server, { port, remembered }: PortWish): Promise<number> {
  if (port !== 0) {
    if (await tryPort(server, port)) return port;
    throw new InvalidInputError('INVALID_SETTINGS', 'The sandbox cannot start', [
      { path: 'port', message: `${port} is taken; choose another, or 0 for any free port` },
    ]);
  }
  if (remembered !== undefined && (await tryPort(server, remembered))) return remembered;
  await tryPort(server, 0);
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('A TCP server has an address with a port.');
  return address.port;
}

/** False when the port is taken. */
async function tryPort(server: Server, port: number): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen({ host: HOST, port }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}
