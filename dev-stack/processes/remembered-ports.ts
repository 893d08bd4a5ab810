import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { z } from 'zod';

const Ports = z.record(z.string(), z.number().int().min(1).max(65535));

/** A free port of the loopback address: the given one if it is free, otherwise any. */
export async function freePort(preferred = 0): Promise<number> {
  const listen = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
    });
  return (await listen(preferred)) ?? (await listen(0)) ?? preferred;
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
