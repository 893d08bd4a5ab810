import { once } from 'node:events';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { setImmediate as yieldNow, setTimeout as delay } from 'node:timers/promises';

/** What a faulty network does to the bytes of a connection. */
export type NetworkFault =
  /** Each piece arrives `ms` later. */
  | { readonly kind: 'DELAYED'; readonly ms: number }
  | { readonly kind: 'THROTTLED'; readonly bytesPerSecond: number }
  /** Arrives in pieces of a few bytes. */
  | { readonly kind: 'SPLIT' }
  /** An answer ends half-way and the connection is closed. */
  | { readonly kind: 'CUT' }
  /** As CUT, with TCP RST. */
  | { readonly kind: 'RESET' }
  /** An answer ends half-way; the connection stays open for the other direction. */
  | { readonly kind: 'HALF_CLOSED' }
  /** Nothing arrives until the fault ends, and then everything. */
  | { readonly kind: 'SILENT' }
  /** Requests arrive; answers are lost, and the connection is reset when the fault ends. */
  | { readonly kind: 'ANSWERS_LOST' }
  /** One bit of an answer is wrong. */
  | { readonly kind: 'GARBLED' }
  /** Open connections and new ones are reset. */
  | { readonly kind: 'REFUSED' };

type Direction = 'REQUEST' | 'ANSWER';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

const THROTTLED_PIECE_BYTES = 512;
const SPLIT_PIECE_BYTES = 7;
/** Longer contents arrive whole after so many small pieces: what is split is mostly the beginning of a TLS record. */
const SPLIT_PIECES = 400;

/** Forwards the TCP connections of one port of the loopback address, and disturbs their bytes on demand. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #fault: NetworkFault | undefined;
  #lifted = Promise.resolve();
  #endFault: () => void = () => undefined;
  #hits = 0;

  private constructor(readonly target: { readonly host: string; readonly port: number }) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Pieces and connections that the present fault has met. */
  get hits(): number {
    return this.#hits;
  }

  /** From now on, until {@link lift}. */
  disturb(fault: NetworkFault): void {
    this.#hits = 0;
    this.#fault = fault;
    this.#lifted = new Promise((resolve) => (this.#endFault = resolve));
    if (fault.kind === 'REFUSED') for (const pair of this.#pairs) this.#reset(pair);
  }

  lift(): void {
    this.#fault = undefined;
    this.#endFault();
  }

  async close(): Promise<void> {
    this.lift();
    this.#server.close();
    for (const pair of this.#pairs) destroy(pair);
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    if (this.#fault?.kind === 'REFUSED') {
      this.#hits += 1;
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const server = new Socket({ allowHalfOpen: true }).connect(this.target.port, this.target.host);
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => destroy(pair));
      socket.once('close', () => {
        this.#pairs.delete(pair);
        destroy(pair);
      });
    }
    void this.#forward(pair, 'REQUEST').catch(() => destroy(pair));
    void this.#forward(pair, 'ANSWER').catch(() => destroy(pair));
  }

  async #forward(pair: Pair, direction: Direction): Promise<void> {
    const [from, to] = direction === 'REQUEST' ? [pair.client, pair.server] : [pair.server, pair.client];
    for await (const piece of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      await this.#carry(piece, { pair, direction, to });
    }
    if (to.writable) to.end();
  }

  async #carry(
    piece: Buffer,
    { pair, direction, to }: { readonly pair: Pair; readonly direction: Direction; readonly to: Socket },
  ): Promise<void> {
    const fault = this.#fault;
    if (fault === undefined) return write(to, piece);
    switch (fault.kind) {
      case 'DELAYED':
        this.#hits += 1;
        await Promise.race([delay(fault.ms), this.#lifted]);
        return write(to, piece);
      case 'THROTTLED':
        this.#hits += 1;
        for (const slice of slices(piece, THROTTLED_PIECE_BYTES)) {
          await Promise.race([delay((slice.length * 1000) / fault.bytesPerSecond), this.#lifted]);
          await write(to, slice);
        }
        return;
      case 'SPLIT': {
        this.#hits += 1;
        const split = piece.subarray(0, SPLIT_PIECES * SPLIT_PIECE_BYTES);
        for (const slice of slices(split, SPLIT_PIECE_BYTES)) {
          await write(to, slice);
          await yieldNow();
        }
        return write(to, piece.subarray(split.length));
      }
      case 'SILENT':
        this.#hits += 1;
        await this.#lifted;
        return write(to, piece);
      case 'REFUSED':
        this.#reset(pair);
        return;
      case 'CUT':
      case 'RESET':
      case 'HALF_CLOSED':
      case 'ANSWERS_LOST':
      case 'GARBLED':
        if (direction === 'REQUEST') return write(to, piece);
        this.#hits += 1;
        return this.#spoil(fault.kind, piece, { pair, to });
    }
  }

  /** Of an answer. */
  async #spoil(
    kind: 'CUT' | 'RESET' | 'HALF_CLOSED' | 'ANSWERS_LOST' | 'GARBLED',
    piece: Buffer,
    { pair, to }: { readonly pair: Pair; readonly to: Socket },
  ): Promise<void> {
    const half = piece.subarray(0, Math.floor(piece.length / 2));
    switch (kind) {
      case 'CUT':
        await write(to, half);
        destroy(pair);
        return;
      case 'RESET':
        await write(to, half);
        this.#reset(pair);
        return;
      case 'HALF_CLOSED':
        await write(to, half);
        to.end();
        return;
      case 'ANSWERS_LOST':
        await this.#lifted;
        this.#reset(pair);
        return;
      case 'GARBLED': {
        const garbled = Buffer.from(piece);
        garbled[half.length] = (garbled[half.length] ?? 0) ^ 1;
        return write(to, garbled);
      }
    }
  }

  #reset({ client, server }: Pair): void {
    this.#hits += 1;
    client.resetAndDestroy();
    server.resetAndDestroy();
  }
}

function destroy({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}

/** Waits until the bytes are with the operating system, so that a slow reader slows its writer. */
async function write(to: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || !to.writable) return;
  await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
}

function* slices(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
