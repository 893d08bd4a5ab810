import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SigningClient } from '@signering/client';
import {
  recordFileOf,
  startOwnedProcess,
  type OwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { startMailServer, type MailServer } from '../end-to-end/mail-server.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { RE_DELIVERY_SECONDS } from '../end-to-end/sandbox-evidence.js';
import { startReceiver, webhookSettings, type TestReceiver } from '../end-to-end/webhook-receiver.js';
import { freshFolder, startTestStack, type S3Server, type TestStack } from '../fixtures/index.js';
import { checkAgreement } from './crash-checks.js';
import { effectsThatWrote, recordedEffectsIn } from './crash-evidence.js';
import { HOLDS_FOLDER, ownQueueOf, type LostAnswers, type PlannedHold } from './crash-holds.js';
import { cellName, type Cell, type Victim } from './crash-points.js';
import { CrashSigners, LOOK_EVERY_MS, type Agreement } from './crash-signers.js';

/** How a cell ended. */
export interface CellResult {
  readonly cell: Cell;
  /** NOT_REACHED: the job never came to the point. */
  readonly outcome: 'KEPT' | 'BROKEN' | 'NOT_REACHED';
  /** From the death of the victim to the confirmed archive, in seconds. */
  readonly seconds: number;
  /** Of a cell that is not KEPT. */
  readonly reason?: string;
}

/** How one batch ended. */
export interface BatchResult {
  readonly cells: readonly CellResult[];
  /** Seconds of the jobs beside the crashed ones, from the signature to the confirmed archive. */
  readonly besideSeconds: readonly number[];
  /** The side effects that were done before the crash, each once. */
  readonly effects: readonly string[];
  /** The effects that must have written what is in the storage in the end. */
  readonly stored: readonly string[];
}

/** The argument of {@link runCrashBatch}. */
export interface CrashBatchOptions {
  /** Of one storage and one victim. */
  readonly cells: readonly Cell[];
  /** Holds nothing and kills nothing, to see what jobs do. @default false */
  readonly withoutCrash?: boolean;
  /** @default {@link HELD_UP_AT_MOST_SECONDS} */
  readonly heldUpAtMostSeconds?: number;
  /** For cells of S3. Nothing else may use it meanwhile. */
  readonly s3Server?: S3Server | undefined;
  readonly report: (line: string) => void;
}

/**
 * The longest that a job may take whose own steps no crash met, from its signature to the confirmed archive, in seconds: ten
 * until Temporal notices a dead worker, a minute's pause of the poller after a confirmation without an answer, and the time of
 * a busy machine.
 */
export const HELD_UP_AT_MOST_SECONDS = 120;

/** On a busy machine: cells of the stage LATE begin when the others have got there. */
const REACHED_WITHIN_MS = 300_000;
const ENDED_WITHIN_MS = 400_000;
const ADVANCE_EVERY_MS = 3_000;
const SENDER = fileURLToPath(new URL('crash-sender.js', import.meta.url));
const PRELOAD = new URL('crash-holds.js', import.meta.url).href;
const LOST: Readonly<Record<Victim, LostAnswers>> = {
  WORKER: [],
  SENDER: [],
  TEMPORAL: ['TEMPORAL'],
  SANDBOX: ['SERVICE'],
  STORAGE: ['S3'],
};

function isHeldByReceiver({ effect, when }: Cell): boolean {
  return effect.name === 'webhook sent' && when === 'after';
}

/** Brings each agreement to its point, kills the victim once, and follows all of them to their end. */
export async function runCrashBatch(options: CrashBatchOptions): Promise<BatchResult> {
  const { cells, s3Server } = options;
  const receiver = await startReceiver();
  const mail = await startMailServer();
  const stack = await startTestStack({
    ownTemporal: cells[0]?.victim === 'TEMPORAL',
    emptyQueueWait: '2s',
    ...(s3Server !== undefined && { s3Server }),
    settings: {
      SIGNERING_LEDGER_WALK_SECONDS: '10',
      // A call that is held counts until it is answered, and ten of them would stop all others.
      SIGNERING_SANDBOX_CALLS_PER_SECOND: 'unlimited',
      ...webhookSettings([{ id: 'cases', url: receiver.url, secrets: [receiver.secret] }]),
      SIGNERING_SMTP: mail.url,
      SIGNERING_EMAIL_FROM: 'signing@example.org',
    },
  });
  const batch = new CrashBatch(stack, { receiver, mail }, options);
  try {
    return await batch.run();
  } finally {
    await batch.close();
    await stack.stop();
    await receiver.close();
    await mail.close();
  }
}

class CrashBatch {
  readonly #holds = freshFolder('holds');
  readonly #agreements: readonly Agreement[];
  readonly #victim: Victim;
  /** Seconds from the death of the victim to the end of each agreement. */
  readonly #ended = new Map<string, number>();
  readonly #reasons = new Map<string, string>();
  readonly #over = new AbortController();
  #client: SigningClient | undefined;
  #senders: OwnedProcess[] = [];
  #worker: Awaited<ReturnType<TestStack['startWorker']>> | undefined;
  #killedAt: number | undefined;

  constructor(
    readonly stack: TestStack,
    readonly peers: { readonly receiver: TestReceiver; readonly mail: MailServer },
    readonly options: CrashBatchOptions,
  ) {
    this.#victim = options.cells[0]?.victim ?? 'WORKER';
    const agreements: Agreement[] = [{ reference: 'beside', kind: 'PORTAL_SIGNED' }];
    for (const [index, cell] of options.cells.entries()) {
      const reference = `cell-${index + 1}`;
      const { kind, byPoller, part } = cell.effect;
      const queue = byPoller === undefined ? {} : { pollingQueue: ownQueueOf(reference) };
      agreements.push({ reference, kind, cell, ...queue, ...(part !== undefined && { part }) });
      // On the queue whose poller the crash stops.
      if (byPoller !== undefined && kind.startsWith('PORTAL')) {
        agreements.push({ reference: `beside${index + 1}`, kind: 'PORTAL_SIGNED', ...queue });
      }
    }
    this.#agreements = agreements;
    peers.receiver.answer((response) => void this.#answerWebhook(response));
  }

  async run(): Promise<BatchResult> {
    const held = this.#agreements.flatMap(({ reference, cell }): PlannedHold[] =>
      cell === undefined || isHeldByReceiver(cell) || this.options.withoutCrash === true
        ? []
        : [{ reference, effect: cell.effect.name, when: cell.when }],
    );
    writeFileSync(join(this.#holds, 'plan.json'), JSON.stringify(held));
    writeFileSync(join(this.#holds, 'orders.json'), JSON.stringify(this.#agreements));
    for (const { reference } of this.#agreements) {
      writeFileSync(join(this.#holds, `${reference}.pdf`), await onePagePdf(`Agreement ${reference}`));
    }
    const preload = { [HOLDS_FOLDER]: this.#holds, NODE_OPTIONS: `--import=${PRELOAD}` };
    this.#worker = await this.stack.startWorker(preload);
    this.#startSender(preload);
    this.#client = await SigningClient.connect({ env: this.stack.env });
    const signers = new CrashSigners({
      stack: this.stack,
      client: this.#client,
      ...this.peers,
      folder: this.#holds,
      isStopped: (agreement) => this.#killedAt !== undefined || this.#isHeld(agreement),
      over: this.#over.signal,
    });
    const lives = this.#agreements.map((agreement) => this.#live(agreement, signers));
    if (this.options.withoutCrash !== true) await this.#whenAllHeld();
    this.#killedAt = Date.now();
    if (this.options.withoutCrash !== true) await this.#kill();
    const outOfTime = setTimeout(() => this.#over.abort(), ENDED_WITHIN_MS);
    const clock = this.#advanceClock();
    await Promise.all(lives);
    clearTimeout(outOfTime);
    this.#over.abort();
    await clock;
    for (const agreement of this.#agreements) await this.#check(agreement);
    return this.#result();
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const sender of this.#senders) await sender.stop(1000);
    await this.#client?.close();
  }

  /** The job of a webhook that has arrived is exactly after its effect until the answer. */
  async #answerWebhook(response: ServerResponse): Promise<void> {
    const { type, data } = this.peers.receiver.received.at(-1)?.payload ?? {};
    const stopped = this.#agreements.find(({ reference }) => reference === data?.reference)?.cell;
    if (type === 'job.archived' && stopped !== undefined && isHeldByReceiver(stopped)) {
      writeFileSync(join(this.#holds, `held-${data?.reference}`), '');
      while (this.#killedAt === undefined && !this.#over.signal.aborted) await delay(LOOK_EVERY_MS);
    }
    response.writeHead(204).end();
  }

  #startSender(preload: Readonly<Record<string, string>> = {}): void {
    const name = `sender-${this.#senders.length + 1}`;
    const { env, folder } = this.stack;
    this.#senders.push(
      startOwnedProcess({
        command: process.execPath,
        args: ['--conditions=signering-tests', SENDER, this.#holds],
        env: { ...env, ...preload },
        logFile: join(folder, `${name}.log`),
        recordFile: recordFileOf(folder, name),
      }),
    );
  }

  async #whenAllHeld(): Promise<void> {
    const deadline = Date.now() + REACHED_WITHIN_MS;
    const missing = () => this.#agreements.filter((one) => one.cell !== undefined && !this.#isHeld(one));
    while (missing().length > 0 && Date.now() < deadline) await delay(LOOK_EVERY_MS / 4);
    for (const { reference } of missing()) this.#reasons.set(reference, 'NOT_REACHED');
    const names = missing().map(({ cell }) => cell && cellName(cell));
    if (names.length > 0) this.options.report(`not reached: ${names.join(', ')}`);
  }

  #isHeld({ reference }: Agreement): boolean {
    return existsSync(join(this.#holds, `held-${reference}`));
  }

  /** Kills the victim, lets everyone else go on while it is dead, and starts it again. */
  async #kill(): Promise<void> {
    const release = () => writeFileSync(join(this.#holds, 'release'), JSON.stringify(LOST[this.#victim]));
    switch (this.#victim) {
      case 'WORKER':
        await this.#worker?.kill9();
        release();
        await this.stack.startWorker();
        return;
      case 'SENDER':
        await this.#senders[0]?.kill9();
        release();
        this.#startSender();
        return;
      case 'TEMPORAL':
        await this.stack.killTemporal();
        release();
        return this.stack.restartTemporal();
      case 'SANDBOX':
        await this.stack.sandbox().kill9();
        release();
        return this.stack.restartSandbox();
      case 'STORAGE': {
        const restarted = this.options.s3Server?.killAndRestart();
        release();
        return restarted;
      }
    }
  }

  /** From the first signature to the confirmed archive. */
  async #live(agreement: Agreement, signers: CrashSigners): Promise<void> {
    const { reference, cell } = agreement;
    const stage = cell?.effect.stage ?? 'CREATING';
    // The crash comes before the job exists, or no step of this agreement meets it: the signer signs after the crash.
    if (stage === 'CREATING') await signers.until(() => this.#killedAt !== undefined);
    if (stage === 'LATE') await signers.until(() => this.#othersHeld());
    const since = Date.now();
    await signers.sign(agreement);
    if (stage === 'DELETING') await signers.delete(agreement);
    await signers.until(() => this.#killedAt !== undefined);
    await signers.until(() => signers.hasEnded(agreement));
    if (this.#over.signal.aborted)
      this.#reasons.set(reference, `it has not ended: ${await this.#why(reference)}`);
    this.#ended.set(
      reference,
      (Date.now() - (cell === undefined ? since : (this.#killedAt ?? since))) / 1000,
    );
  }

  #othersHeld(): boolean {
    const others = this.#agreements.filter(({ cell }) => cell !== undefined && cell.effect.stage !== 'LATE');
    return this.#killedAt !== undefined || others.every((one) => this.#isHeld(one));
  }

  async #why(reference: string): Promise<string> {
    const worker = this.#worker?.logged().split('\n').slice(-5).join('\n') ?? '';
    return `${await this.#client?.why(reference).catch(() => 'unknown')} ${worker}`.slice(0, 2000);
  }

  /** Unconfirmed changes are delivered again. */
  async #advanceClock(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await delay(ADVANCE_EVERY_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
      await this.stack.admin.advanceClock(RE_DELIVERY_SECONDS).catch(() => undefined);
    }
  }

  async #check(agreement: Agreement): Promise<void> {
    const { reference, cell } = agreement;
    if (this.#reasons.has(reference)) return;
    try {
      await checkAgreement(this.stack, this.peers, agreement);
      const seconds = this.#ended.get(reference) ?? 0;
      const { heldUpAtMostSeconds = HELD_UP_AT_MOST_SECONDS } = this.options;
      assert.ok(cell !== undefined || seconds <= heldUpAtMostSeconds, `held up for ${seconds} s`);
    } catch (error) {
      this.#reasons.set(reference, error instanceof Error ? error.message : 'unknown');
    }
  }

  #result(): BatchResult {
    const beside = this.#agreements.filter(({ cell }) => cell === undefined);
    const broken = beside.find(({ reference }) => this.#reasons.has(reference));
    return {
      effects: recordedEffectsIn(this.#holds),
      stored: effectsThatWrote(this.stack.storageFolder),
      besideSeconds: beside.map(({ reference }) => this.#ended.get(reference) ?? 0),
      cells: this.#agreements.flatMap(({ cell, reference }) => {
        if (cell === undefined) return [];
        const own = this.#reasons.get(reference);
        const other = broken && `${broken.reference}: ${this.#reasons.get(broken.reference)}`;
        const reason = own ?? other;
        return [
          {
            cell,
            outcome: own === 'NOT_REACHED' ? own : reason === undefined ? 'KEPT' : 'BROKEN',
            seconds: this.#ended.get(reference) ?? 0,
            ...(reason !== undefined && { reason }),
          },
        ];
      }),
    };
  }
}
