import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { DEFAULT_POLLING_QUEUE, signingWorkflowId, statusQueueWorkflowId } from '@signering/contract';
import { createDataConverter, generateKey } from '@signering/encryption';
import { FAULTS_FOLDER, HANDLE_CALLS, PATH_CALLS } from '../end-to-end/faulty-file-system.js';
import type { SeededRandom } from '../fuzz/seeded-random.js';
import { freshFolder, type S3Server, type TestStack } from '../fixtures/index.js';
import type { Disturbance } from './agreement-plan.js';
import { startWorkerOfBuild } from './changed-build.js';
import { DoubtfulTimes } from './avoidable-jobs.js';

const STORAGE_CODES = ['ENOSPC', 'EROFS', 'EACCES', 'EMFILE', 'EIO'] as const;
const STORAGE_CALLS = [...PATH_CALLS, ...HANDLE_CALLS.map((call) => `handle.${call}`)];

/** Bytes that a proxy or a broken service sends with status 200 in place of a signed document. */
const JUNK = ['<html><body>Maintenance</body></html>', '%PDF-1.7 is all there is', ''];

const SERVICE_FAULTS = [
  { fault: 'reset', operation: 'create', when: 'after' },
  { fault: 'reset', operation: 'create', when: 'before' },
  { fault: 'status', operation: 'create', status: 503 },
  { fault: 'status', operation: 'fetchStatusChange', status: 500 },
  { fault: 'reset', operation: 'fetchStatusChange', when: 'after' },
  { fault: 'malformedXml', operation: 'fetchStatusChange' },
  { fault: 'repeatedDelivery', operation: 'fetchStatusChange' },
  { fault: 'foreignChange', operation: 'fetchStatusChange', outcome: 'signed' },
  { fault: 'unknownElements', operation: 'fetchStatusChange' },
  { fault: 'reset', operation: 'confirm', when: 'after' },
  { fault: 'status', operation: 'confirm', status: 503 },
  { fault: 'truncated', operation: 'pades', ending: 'lostConnection' },
  { fault: 'truncated', operation: 'xades', ending: 'asIfComplete' },
  { fault: 'corrupted', operation: 'pades' },
  { fault: 'status', operation: 'fetchStatus', status: 503 },
] as const;

type WorkerProcess = Pick<Awaited<ReturnType<TestStack['startWorker']>>, 'kill9' | 'ended' | 'logged'>;

/** The argument of {@link Disturber}. */
export interface DisturberOptions {
  readonly stack: TestStack;
  readonly connection: Connection;
  readonly organizationNumber: string;
  readonly random: SeededRandom;
  /** The `signering` command of another build. @default the project's */
  readonly command?: string | undefined;
  /** Of storage in S3. */
  readonly s3Server?: S3Server | undefined;
  /** Receives the times at which the answer to a create may be lost. @default not kept */
  readonly doubtful?: DoubtfulTimes;
  /** The references that exist by now. */
  readonly references: () => readonly string[];
  /** Called when a process ends that the campaign did not end. */
  readonly onUnexpectedEnd: (what: string) => void;
}

/** Carries out disturbances, and keeps worker and sandbox running between them. */
export class Disturber {
  readonly #options: DisturberOptions;
  readonly #killed = new Set<WorkerProcess>();
  readonly #strange: Client;
  #worker: WorkerProcess | undefined;
  #faultsFolder = '';
  #plans = 0;

  constructor(options: DisturberOptions) {
    this.#options = options;
    const stranger = generateKey('stranger');
    const dataConverter = createDataConverter([stranger]);
    const { namespace } = options.stack.temporal;
    this.#strange = new Client({ connection: options.connection, namespace, dataConverter });
  }

  /** Starts a worker, as `signering worker` does, whose storage fails where a disturbance says so. */
  async startWorker(): Promise<void> {
    this.#faultsFolder = freshFolder('faults');
    this.#plans = 0;
    const preload = new URL('../end-to-end/faulty-file-system.js', import.meta.url).href;
    const { stack, command } = this.#options;
    const settings = {
      [FAULTS_FOLDER]: this.#faultsFolder,
      NODE_OPTIONS: `--import=${preload}`,
      SIGNERING_LEDGER_WALK_SECONDS: '10',
    };
    const worker =
      command === undefined
        ? await stack.startWorker(settings)
        : startWorkerOfBuild(command, { ...stack.env, ...settings }, freshFolder('build'));
    this.#worker = worker;
    void worker.ended.then((how) => {
      if (this.#killed.has(worker)) return;
      this.#options.onUnexpectedEnd(`the worker ended by itself (${how}): ${worker.logged().slice(-2000)}`);
    });
  }

  /** From here on the worker may end. */
  release(): void {
    if (this.#worker !== undefined) this.#killed.add(this.#worker);
  }

  async disturb(disturbance: Disturbance): Promise<void> {
    const { stack, random, doubtful = new DoubtfulTimes() } = this.#options;
    switch (disturbance) {
      case 'KILL_WORKER':
        return doubtful.during(async () => {
          this.release();
          await this.#worker?.kill9();
          await this.startWorker();
        });
      case 'KILL_SANDBOX':
        return doubtful.during(async () => {
          await stack.sandbox().kill9();
          await stack.restartSandbox();
        });
      case 'STORAGE_FAULTS': {
        const { s3Server } = this.#options;
        if (s3Server !== undefined) return doubtful.during(() => s3Server.killAndRestart());
        // Until the last of them has happened, which the campaign does not see.
        doubtful.begin();
        this.#planStorageFaults();
        return;
      }
      case 'JUNK_DOCUMENTS':
        for (const operation of ['pades', 'xades']) {
          await this.#order({ fault: 'status', operation, status: 200, body: random.pick(JUNK), times: 2 });
        }
        return;
      case 'SERVICE_FAULTS':
        for (let fault = 0; fault < 3; fault += 1) await this.#order(random.pick(SERVICE_FAULTS));
        return;
      case 'STRAY_SIGNALS':
        return this.#sendStraySignals();
    }
  }

  #planStorageFaults(): void {
    const { random } = this.#options;
    const planned = Array.from({ length: 4 }, () => ({
      call: random.pick(STORAGE_CALLS),
      code: random.pick(STORAGE_CODES),
      when: random.pick(['AT_ONCE', 'AFTER_THE_ANSWER']),
    }));
    this.#plans += 1;
    writeFileSync(join(this.#faultsFolder, `plan-${this.#plans}.json`), JSON.stringify(planned));
  }

  async #order(fault: object): Promise<void> {
    await this.#options.stack.admin.call('POST', '/faults', fault);
  }

  /** Under a key that no worker has, to the poller and to a job. */
  async #sendStraySignals(): Promise<void> {
    const { organizationNumber, random, references } = this.#options;
    const queue = statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
    const targets = [[queue, 'follow', { until: '2099-01-01T00:00:00.000Z' }] as const];
    const job = signingWorkflowId(organizationNumber, random.pick(references()));
    for (const [workflowId, signal, argument] of [
      ...targets,
      [job, 'statusChange', { change: {} }] as const,
    ]) {
      // A workflow that has ended takes none.
      await this.#strange.workflow
        .getHandle(workflowId)
        .signal(signal, argument)
        .catch(() => undefined);
    }
  }
}
