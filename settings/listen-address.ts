import { isIP } from 'node:net';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Hosts of this machine, as in a URL. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

const LISTEN = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+):(?<port>[0-9]{1,5})$/iu;
const LAST_PORT = 65_535;

/** The address that `host:port` names, an IPv6 host in brackets; undefined for other text. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const { host, port } = LISTEN.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > LAST_PORT) return undefined;
  return { host: host.replace(/^\[|\]$/gu, ''), port: Number(port) };
}

/** True for an address whose host is an IP address and whose port is not 0. */
export function isFixedAddress({ host, port }: ListenAddress): boolean {
  return isIP(host) !== 0 && port !== 0;
}

/** `host:port`, an IPv6 host in brackets. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
