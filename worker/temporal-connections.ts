import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { isGrpcRefusal } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { TemporalSettings } from '@signering/settings';

/** A worker's two connections to Temporal: one for its tasks, one to signal workflows from activities. */
export interface TemporalConnections {
  readonly tasks: NativeConnection;
  readonly signals: Connection;
  readonly close: () => Promise<void>;
}

/** @throws TEMPORAL_UNAVAILABLE, TEMPORAL_REFUSED: both name the address */
export async function connectToTemporal({ connection }: TemporalSettings): Promise<TemporalConnections> {
  try {
    const signals = await Connection.connect(connection);
    const tasks = await NativeConnection.connect(connection);
    return {
      signals,
      tasks,
      close: async () => {
        await tasks.close();
        await signals.close();
      },
    };
  } catch (cause) {
    if (isGrpcRefusal(cause)) {
      throw new SigningError(
        'TEMPORAL_REFUSED',
        `Temporal at ${connection.address} refuses the worker. Check TEMPORAL_API_KEY or the TLS settings (TEMPORAL_TLS…).`,
        { cause },
      );
    }
    throw new SigningError(
      'TEMPORAL_UNAVAILABLE',
      `Tried to reach Temporal at ${connection.address} and got no answer; start it (npm start runs one) or set TEMPORAL_ADDRESS.`,
      { cause },
    );
  }
}
