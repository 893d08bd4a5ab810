import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import { waitUntil } from './wait-until.js';

/** The argument of {@link waitForTemporal}. */
export interface TemporalReadinessOptions {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly withinMs: number;
  /** Ends the wait early, for example when the server process has ended. */
  readonly giveUp?: () => boolean;
}

/** Waits until the server describes the namespace; an open port alone does not mean that it is ready. */
export async function waitForTemporal(options: TemporalReadinessOptions): Promise<boolean> {
  const { address, namespace, withinMs, giveUp = () => false } = options;
  const deadline = Date.now() + withinMs;
  const left = (): number => Math.max(0, deadline - Date.now());
  // gRPC waits a second after a refused connection, so the port is tested first.
  await waitUntil(async () => giveUp() || (await isListening(address)), { withinMs: left() });
  if (giveUp() || left() === 0) return false;
  let ready = false;
  await waitUntil(
    async () => {
      ready = await describes({ address, namespace });
      return ready || giveUp();
    },
    { withinMs: left(), everyMs: 100 },
  );
  return ready;
}

function isListening(address: string): Promise<boolean> {
  const [host, port] = splitAddress(address);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
  });
}

function splitAddress(address: string): [string, number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}

async function describes({ address, namespace }: { address: string; namespace: string }): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 2000 });
    try {
      await connection.withDeadline(Date.now() + 2000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
