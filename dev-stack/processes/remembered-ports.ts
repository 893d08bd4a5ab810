import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { z } from 'zod';

const Ports = z.record(z.string(), z.number().int().min(1).max(65535));

/**
 * Below the ports that Linux and other systems give to outgoing connections by default: such a connection could take the port of a
 * server while it is down, and the server would come back under another one.
 */
const [LOWEST, HIGHEST] = [20_000, 32_767];
const ATTEMPTS = 20;

/** A free port of the loopback address: the given one if it is free, otherwise one outside the range of outgoing connections. */
export async function freePort(preferred?: number): Promise<number> {
  const listen = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
    });
  let port = preferred === undefined ? undefined : await listen(preferred);
  for (let attempt = 0; port === undefined && attempt < ATTEMPTS; attempt += 1)
    port = await listen(randomInt(LOWEST, HIGHEST + 1));
  port ??= await listen(0);
  if (port === undefined) throw new Error('No port of 127.0.0.1 is free.');
  return port;
}

/** The same ports as last time if they are free, so that addresses in open browser tabs stay valid. */
export async function rememberedPorts<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, number>>> {
  const known = readPorts(file);
  const ports = { ...known };
  for (const name of names) ports[name] = await freePort(known[name]);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(ports), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return ports as Record<Name, number>;
}

/** Forgets the ports, if another process has taken one. */
export function forgetPorts(file: string): void {
  writeFileSync(file, '{}', { mode: 0o600 });
}

function readPorts(file: string): Record<string, number> {
  try {
    return Ports.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
