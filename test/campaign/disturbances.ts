import { Client, type Connection } from '@temporalio/client';
import { createDataConverter, generateKey } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import type { TestReceiver } from '../end-to-end/webhook-receiver.js';
import type { S3Server, TestStack } from '../fixtures/index.js';
import type { SeededRandom } from '../fuzz/seeded-random.js';
import { FaultTimes } from './avoidable-jobs.js';
import { CampaignWorker } from './campaign-worker.js';
import { faultKind } from './fault-menu.js';
import type { FaultParts } from './faults/fault-kind.js';
import { TcpProxy } from './tcp-proxy.js';

/** The argument of {@link Disturber.start}. */
export interface DisturberOptions {
  readonly stack: TestStack;
  readonly connection: Connection;
  readonly organizationNumber: string;
  readonly random: SeededRandom;
  /** Of the stack's settings. @default none */
  readonly receiver?: TestReceiver | undefined;
  /** The `signering` command of another build. @default the project's */
  readonly command?: string | undefined;
  /** Of storage in S3. */
  readonly s3Server?: S3Server | undefined;
  /** Receives the times at which the answer to a create may be lost. @default not kept */
  readonly doubtful?: FaultTimes;
  /** The references of open agreements, or of all if none is open. */
  readonly references: () => readonly string[];
  /** Outages last for minutes. @default false */
  readonly isLong?: boolean;
  /** Ends every disturbance. */
  readonly over: AbortSignal;
  /** Called when a process ends that the campaign did not end. */
  readonly onUnexpectedEnd: (what: string) => void;
}

/** How often a kind of fault was carried out, and how many calls, connections or processes it met. */
export interface CarriedOut {
  readonly times: number;
  readonly met: number;
}

/** Counts the faults that were carried out to their end, by the names of the fault menu. */
export class CarriedOutFaults {
  readonly #kinds = new Map<string, CarriedOut>();

  get byKind(): Readonly<Record<string, CarriedOut>> {
    return Object.fromEntries(this.#kinds);
  }

  /** Carries out one, and counts it unless it fails. */
  async count(name: string, carryOut: () => Promise<number>, report: (line: string) => void): Promise<void> {
    try {
      const now = await carryOut();
      report(`${name} has ended, and met ${now}`);
      const { times, met } = this.#kinds.get(name) ?? { times: 0, met: 0 };
      this.#kinds.set(name, { times: times + 1, met: met + now });
    } catch (error) {
      report(`${name} was not carried out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Runs a worker behind proxies, and carries out disturbances. */
export class Disturber {
  readonly #parts: FaultParts;
  readonly #doubtful: FaultTimes;

  private constructor(parts: FaultParts, doubtful: FaultTimes) {
    this.#parts = parts;
    this.#doubtful = doubtful;
  }

  /** Starts the proxies and the worker. The caller closes it. */
  static async start(options: DisturberOptions): Promise<Disturber> {
    const { stack, s3Server, connection, isLong = false, doubtful = new FaultTimes() } = options;
    const { apiUrl } = stack.sandbox().announcement;
    const [service, temporal, s3] = await Promise.all([
      proxyTo(apiUrl),
      proxyTo(`http://${stack.temporal.address}`),
      s3Server && proxyTo(s3Server.endpoint),
    ]);
    const { namespace } = stack.temporal;
    const clientWith = (keys: Parameters<typeof createDataConverter>[0]) =>
      new Client({ connection, namespace, dataConverter: createDataConverter(keys) });
    const worker = new CampaignWorker({
      stack,
      command: options.command,
      detours: { [portOf(apiUrl)]: service.port },
      settings: {
        TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
        ...(s3 && { SIGNERING_S3_ENDPOINT: `http://127.0.0.1:${s3.port}` }),
      },
      onUnexpectedEnd: options.onUnexpectedEnd,
    });
    await worker.start();
    const parts = {
      ...options,
      isLong,
      worker,
      proxies: { service, temporal, ...(s3 && { s3 }) },
      temporal: clientWith(loadClientSettings(stack.env).keys),
      stranger: clientWith([generateKey('stranger')]),
    };
    return new Disturber(parts, doubtful);
  }

  /** Carries out a kind of the menu to its end. Returns how many calls, connections or processes it has met. */
  async disturb(name: string): Promise<number> {
    const kind = faultKind(name);
    const happen = () => kind.happen(this.#parts);
    return kind.losesCreate ? this.#doubtful.during(happen) : happen();
  }

  /** What the disturbed worker has logged since its last start. */
  logged(): string {
    return this.#parts.worker.logged();
  }

  /** From here on the worker may end. */
  release(): void {
    this.#parts.worker.release();
  }

  /** Ends the worker, which the stack does not know if it is of another build, and closes the proxies. */
  async close(): Promise<void> {
    await this.#parts.worker.stop();
    this.#parts.worker.removeOtherBuild();
    await Promise.all(Object.values(this.#parts.proxies).map((proxy) => proxy.close()));
  }
}

function proxyTo(url: string): Promise<TcpProxy> {
  return TcpProxy.start({ host: '127.0.0.1', port: portOf(url) });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
