import { S3Client } from '@aws-sdk/client-s3';
import grpc from '@grpc/grpc-js';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { join, relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Agent, Dispatcher } from 'undici';
import {
  effectOfCall,
  effectOfEmail,
  effectOfRemoval,
  effectOfRpc,
  effectOfWrite,
  needsContent,
  type EffectOrigin,
} from './crash-effects.js';

// Loaded into a worker or a sender with `--import`: records the side effects of each job, and stops a job exactly before
// or after one of them, while the rest of the process goes on, until the process is killed or the file `release` exists.

/** Names the folder with `plan.json`, in which `effects.log`, `held-{reference}` and `release` appear. */
export const HOLDS_FOLDER = 'TEST_HOLDS_FOLDER';

/** Where the job of a reference stops, the first time it gets there. */
export interface PlannedHold {
  readonly reference: string;
  readonly effect: string;
  readonly when: 'before' | 'after';
}

/** Content of the file `release`: answers to calls of these kinds that are held do not arrive. */
export type LostAnswers = readonly ('SERVICE' | 'TEMPORAL' | 'S3')[];

/** A side effect as `effects.log` has it, one a line. */
export interface RecordedEffect {
  /** Absent: outside any job, or of a queue that several jobs share. */
  readonly reference?: string;
  readonly effect: string;
}

/** The batch with one agreement as its only row: what it does belongs to the agreement. */
export function batchOf(reference: string): string {
  return `batch-of-${reference}`;
}

/** The queue of one agreement alone: what its poller does belongs to the agreement. */
export function ownQueueOf(reference: string): string {
  return `queue-of-${reference}`;
}

/** Sets the reference to which side effects belong, in a process that is not a worker. */
export const currentReference = new AsyncLocalStorage<string>();

interface ActivityContext {
  readonly info: {
    readonly workflowExecution?: { readonly workflowId: string };
    /** 0: none. */
    readonly scheduleToCloseTimeoutMs: number;
  };
}

/** The activity that runs, by the store of @temporalio/activity. */
function currentOrigin(): EffectOrigin {
  const known = globalThis as unknown as Record<symbol, AsyncLocalStorage<ActivityContext> | undefined>;
  const info = known[Symbol.for('__temporal_activity_context_storage__')]?.getStore()?.info;
  if (info === undefined) return {};
  return {
    workflowId: info.workflowExecution?.workflowId,
    hasCaller: info.scheduleToCloseTimeoutMs > 0,
  };
}

function currentJob(): string | undefined {
  const { workflowId } = currentOrigin();
  const [, reference] =
    /^(?:signing|webhook-delivery|document-deletion|job-emails)\/[^/]+\/(.+)$/u.exec(workflowId ?? '') ?? [];
  const [, ownQueue] = /^status-queue\/[^/]+\/[^/]+\/queue-of-(.+)$/u.exec(workflowId ?? '') ?? [];
  const [, ownBatch] = /^signing-batch\/[^/]+\/batch-of-(.+)$/u.exec(workflowId ?? '') ?? [];
  return reference ?? ownQueue ?? ownBatch ?? currentReference.getStore();
}

class Holds {
  readonly #folder: string;
  readonly #planned: PlannedHold[];
  /** References whose job is created: their poller has something to fetch. */
  readonly #created = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    const plan = join(folder, 'plan.json');
    this.#planned = existsSync(plan) ? (JSON.parse(readFileSync(plan, 'utf8')) as PlannedHold[]) : [];
  }

  /** Runs an effect, and stops before or after it where the plan says so. @param lost makes the error of a lost answer */
  async around<T>(
    effect: string,
    act: () => Promise<T>,
    {
      kind,
      lost,
      took = () => true,
    }: { kind?: LostAnswers[number]; lost?: () => Error; took?: (result: T) => boolean } = {},
  ): Promise<T> {
    const reference = currentJob();
    const isPoll = effect.endsWith('queue fetched');
    if (reference !== undefined && !(isPoll && !this.#created.has(reference))) {
      await this.#stop({ reference, effect, when: 'before' });
    }
    const result = await act();
    if (!took(result)) return result;
    this.record(effect, reference);
    if (reference === undefined) return result;
    if (effect === 'ledger: created') this.#created.add(reference);
    const released = await this.#stop({ reference, effect, when: 'after' });
    if (kind !== undefined && released?.includes(kind) && lost !== undefined) throw lost();
    return result;
  }

  async #stop({ reference, effect, when }: PlannedHold): Promise<LostAnswers | undefined> {
    const index = this.#planned.findIndex(
      (one) => one.reference === reference && one.effect === effect && one.when === when,
    );
    if (index < 0) return undefined;
    this.#planned.splice(index, 1);
    writeFileSync(join(this.#folder, `held-${reference}`), '');
    const release = join(this.#folder, 'release');
    while (!existsSync(release)) await delay(20);
    return JSON.parse(readFileSync(release, 'utf8')) as LostAnswers;
  }

  record(effect: string, reference = currentJob()): void {
    const line: RecordedEffect = { effect, ...(reference !== undefined && { reference }) };
    appendFileSync(join(this.#folder, 'effects.log'), `${JSON.stringify(line)}\n`);
  }
}

type AnyFunction = (...args: unknown[]) => Promise<unknown>;

/** Which argument of a function of node:fs/promises that changes something names what it changes. */
const WRITES = { link: 1, rename: 1, mkdir: 0, writeFile: 0, appendFile: 0, copyFile: 1, open: 0 } as const;
const REMOVALS = ['unlink', 'rmdir', 'rm'] as const;
const TEMPORARY = /(?:^|\/)\.[^/]+\.tmp$/u;

function holdFiles(holds: Holds, storage: string): void {
  const functions = promises as unknown as Record<string, AnyFunction>;
  const placeOf = (path: unknown): string | undefined => {
    if (typeof path !== 'string' || !path.startsWith(storage)) return undefined;
    const place = relative(storage, path).split(sep).join('/');
    return TEMPORARY.test(place) ? undefined : place;
  };
  for (const [call, position] of Object.entries(WRITES)) {
    const real = functions[call]!;
    functions[call] = (...args) => {
      const place = placeOf(args[position]);
      const effect = place === undefined ? undefined : effectOfFileCall(call, args, place);
      const act = () => real.apply(promises, args);
      return effect === undefined ? act() : holds.around(effect, act);
    };
  }
  for (const call of REMOVALS) {
    const real = functions[call]!;
    functions[call] = (...args) => {
      const place = placeOf(args[0]);
      const act = () => real.apply(promises, args);
      return place === undefined ? act() : holds.around(effectOfRemoval(place), act);
    };
  }
  syncBuiltinESMExports();
}

function effectOfFileCall(call: string, args: readonly unknown[], place: string): string | undefined {
  if (call === 'open' && (args[1] === undefined || args[1] === 'r')) return undefined;
  if (call !== 'mkdir') {
    const isRead = call === 'link' && needsContent(place);
    const content = isRead ? readFileSync(String(args[0]), 'utf8') : '';
    return effectOfWrite(place, content, currentOrigin());
  }
  // Markers and pointers; other folders have no meaning without a file in them.
  const effect = effectOfWrite(place);
  return effect === 'reference marked' || effect === 'job indexed' ? effect : undefined;
}

function holdObjects(holds: Holds, prefix: string): void {
  interface Command {
    readonly input: { readonly Key?: string; readonly Body?: unknown };
  }
  const prototype = S3Client.prototype as unknown as { send: (command: Command) => Promise<unknown> };
  const real = prototype.send;
  prototype.send = function (this: S3Client, ...args) {
    const [command] = args;
    const { Key = '', Body } = command.input;
    const place = Key.startsWith(prefix) ? Key.slice(prefix.length) : Key;
    const act = () => real.apply(this, args);
    const text = Body instanceof Uint8Array && needsContent(place) ? Buffer.from(Body).toString() : '';
    const effect = effectOfCommand(command.constructor.name, place, text);
    const lost = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    return effect === undefined ? act() : holds.around(effect, act, { kind: 'S3', lost });
  };
}

function effectOfCommand(command: string, place: string, text: string): string | undefined {
  if (command.startsWith('DeleteObject')) return effectOfRemoval(place);
  if (!/^(?:Put|Copy|CompleteMultipart)/u.test(command)) return undefined;
  return effectOfWrite(place, text, currentOrigin());
}

/** True while a request is made to which an effect belongs. */
const listed = new AsyncLocalStorage<boolean>();

function holdCalls(holds: Holds): void {
  const prototype = Dispatcher.prototype as unknown as {
    request: (options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData>;
  };
  const real = prototype.request;
  prototype.request = function (this: Dispatcher, ...args) {
    const [{ method, path }] = args;
    const effect = effectOfCall({ method, path }, currentOrigin());
    const lost = () => Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    // An empty queue answers 204.
    const took = ({ statusCode }: Dispatcher.ResponseData) =>
      statusCode === 200 || !effect.endsWith('queue fetched');
    const act = () => listed.run(true, () => real.apply(this, args));
    return holds.around(effect, act, { kind: 'SERVICE', lost, took });
  };
  // A request that is made in another way would have no point.
  subscribe('undici:request:create', (message) => {
    const { method, path } = (message as { readonly request: { method: string; path: string } }).request;
    if (listed.getStore() !== true) holds.record(`unknown request ${method} ${path}`);
  });
}

/** The receiver of the test stops them after they have arrived. The last one of a job, which is the first one on time. */
function holdWebhooks(holds: Holds): void {
  const prototype = Agent.prototype as unknown as {
    dispatch: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => boolean;
  };
  const real = prototype.dispatch;
  prototype.dispatch = function (this: Agent, ...args) {
    const [{ body }] = args;
    const isLast = typeof body === 'string' && body.includes('"job.archived"');
    const act = () => listed.run(true, () => real.apply(this, args));
    if (!isLast) return act();
    void holds.around('webhook sent', () => Promise.resolve(act()));
    return true;
  };
}

/** Held after its answer, an email is at the mail server. */
function holdEmails(holds: Holds): void {
  type Send = (envelope: object, content: unknown, done: (error: unknown, info?: unknown) => void) => void;
  const prototype = SMTPConnection.prototype as unknown as { send: Send };
  const real = prototype.send;
  prototype.send = function (this: SMTPConnection, envelope, content, done) {
    const act = () =>
      new Promise((resolve, reject) => {
        const answered = (error: unknown, info?: unknown) =>
          error instanceof Error ? reject(error) : resolve(info);
        real.call(this, envelope, content, answered);
      });
    const effect = effectOfEmail(currentOrigin());
    holds.around(effect, act).then((info) => done(null, info), done);
  };
}

/** A connection to a place whose calls are not held would have no point. */
function recordConnections(holds: Holds, known: ReadonlySet<number>): void {
  const prototype = Socket.prototype as unknown as { connect: (...args: unknown[]) => Socket };
  const real = prototype.connect;
  prototype.connect = function (this: Socket, ...args) {
    // Node passes the options as they are, or in a list that it has normalized.
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as readonly { readonly port?: unknown }[];
    const port = Number(options?.port);
    if (Number.isInteger(port) && !known.has(port)) holds.record(`unknown connection to port ${port}`);
    return real.apply(this, args);
  };
}

/** The ports of Temporal, the service, storage, the mail server and the receivers of webhooks. */
function knownPorts(): ReadonlySet<number> {
  const names = ['TEMPORAL_ADDRESS', 'SIGNERING_API_URL', 'SIGNERING_S3_ENDPOINT', 'SIGNERING_SMTP'];
  const webhooks = process.env['SIGNERING_WEBHOOKS'];
  const texts = [
    ...names.map((name) => process.env[name] ?? ''),
    webhooks === undefined ? '' : readFileSync(webhooks, 'utf8'),
  ];
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/:(\d{2,5})\b/gu)].map(([, port]) => Number(port))),
  );
}

function holdRpcs(holds: Holds): void {
  type Callback = (error: grpc.ServiceError | null, answer?: Buffer) => void;
  interface RpcClient {
    makeUnaryRequest: (method: string, ...rest: unknown[]) => { cancel: () => void };
  }
  const prototype = grpc.Client.prototype as unknown as RpcClient;
  const real = prototype.makeUnaryRequest;
  prototype.makeUnaryRequest = function (this: RpcClient, method, ...rest) {
    const effect = effectOfRpc(method, rest[2] as Uint8Array, currentOrigin());
    const callback = rest.at(-1) as Callback;
    if (effect === undefined) return real.call(this, method, ...rest);
    let call: { cancel: () => void } | undefined;
    const act = () =>
      new Promise<Buffer | undefined>((resolve, reject) => {
        const answered: Callback = (error, answer) => (error === null ? resolve(answer) : reject(error));
        call = real.call(this, method, ...rest.slice(0, -1), answered);
      });
    const lost = () =>
      Object.assign(new Error('14 UNAVAILABLE: Connection dropped'), {
        code: grpc.status.UNAVAILABLE,
        details: 'Connection dropped',
        metadata: new grpc.Metadata(),
      });
    holds.around(effect, act, { kind: 'TEMPORAL', lost }).then(
      (answer) => callback(null, answer),
      (error: unknown) => callback(error as grpc.ServiceError),
    );
    return { cancel: () => call?.cancel() };
  };
}

const folder = process.env[HOLDS_FOLDER];
const storage = process.env['SIGNERING_STORAGE'];
if (folder !== undefined && storage !== undefined) {
  const holds = new Holds(folder);
  if (storage.startsWith('s3://')) holdObjects(holds, `${storage.split('/').slice(3).join('/')}/`);
  else holdFiles(holds, storage);
  holdCalls(holds);
  holdWebhooks(holds);
  holdEmails(holds);
  holdRpcs(holds);
  recordConnections(holds, knownPorts());
}
