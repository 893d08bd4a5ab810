import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  restoreCertificateAuthority,
  type CertificateAuthorityState,
} from '@signering/sandbox/internal/certificates/index.js';
import { FAULTS_FOLDER, type LastingFault, type PlannedFault } from '../end-to-end/faulty-file-system.js';
import { freshFolder, IMAGE_MEMORY, waitFor, type TestStack } from '../fixtures/index.js';
import { changedBuild, startWorkerOfBuild, type ChangedBuild, type CodeChange } from './changed-build.js';
import { CLOCK_FOLDER, DETOURS } from './worker-preload.js';

type WorkerProcess = Pick<
  Awaited<ReturnType<TestStack['startWorker']>>,
  'pid' | 'stop' | 'kill9' | 'ended' | 'logged'
>;

/** The argument of {@link CampaignWorker}. */
export interface CampaignWorkerOptions {
  readonly stack: TestStack;
  /** The `signering` command of another build. @default the project's */
  readonly command?: string | undefined;
  /** Settings beside the stack's own. */
  readonly settings: Readonly<Record<string, string>>;
  /** The port of a proxy for each port. */
  readonly detours: Readonly<Record<string, number>>;
  /** Called when the worker ends and the campaign did not end it. */
  readonly onUnexpectedEnd: (what: string) => void;
}

const GRACE_MS = 20_000;
const LEDGER_WALK_SECONDS = '10';
/** A build that differs in a text of an activity and of a workflow, and in no behaviour. */
export const OTHER_BUILD: readonly CodeChange[] = [
  {
    file: 'worker/dist/renew-certificates.js',
    text: /^ *logger\.info\('The certificates were renewed\.'/,
    replacement: "logger.info('The other build renewed its certificates.'",
  },
  {
    file: 'workflows/dist/portal-signing.js',
    text: /^export async function portalSigning/,
    replacement: "export const BUILD = 'other';\nexport async function portalSigning",
  },
];

/** The worker of a campaign, as `signering worker` runs it, whose storage, clock, network and certificate can be disturbed. */
export class CampaignWorker {
  readonly #options: CampaignWorkerOptions;
  readonly #ended = new Set<WorkerProcess>();
  readonly #certificateFolder = freshFolder('certificates');
  readonly #clockFolder = freshFolder('clock');
  #worker: WorkerProcess | undefined;
  #faultsFolder = '';
  #plans = 0;
  #otherBuild: ChangedBuild | undefined;

  constructor(options: CampaignWorkerOptions) {
    this.#options = options;
  }

  /** Starts it; it polls when this comes back. */
  async start(): Promise<void> {
    this.#faultsFolder = freshFolder('faults');
    this.#plans = 0;
    if (!existsSync(this.#certificateFile)) await this.useCertificate({ validMs: 365 * 24 * 60 * 60 * 1000 });
    const { stack, command } = this.#options;
    const worker =
      command === undefined
        ? await stack.startWorker(this.#settings())
        : startWorkerOfBuild(command, { ...stack.env, ...this.#settings() }, freshFolder('build'));
    this.#worker = worker;
    void worker.ended.then((how) => {
      if (this.#ended.has(worker)) return;
      this.#options.onUnexpectedEnd(`the worker ended by itself (${how}): ${worker.logged().slice(-2000)}`);
    });
    if (command === undefined) return;
    await waitFor(() => worker.logged().includes('The worker is ready.'), { what: 'the build is ready' });
  }

  /** From here on the worker may end. */
  release(): void {
    if (this.#worker !== undefined) this.#ended.add(this.#worker);
  }

  async kill9(): Promise<void> {
    this.release();
    await this.#worker?.kill9();
  }

  /** With SIGTERM, as a deployment does. */
  async stop(): Promise<void> {
    this.release();
    await this.#worker?.stop(GRACE_MS);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void {
    if (this.#worker !== undefined) process.kill(this.#worker.pid, signal);
  }

  logged(): string {
    return this.#worker?.logged() ?? '';
  }

  /** Refuses or delays calls of the file system until the returned function is called. */
  disturbStorage(fault: LastingFault): () => void {
    const folder = this.#faultsFolder;
    rmSync(join(folder, 'lasting.log'), { force: true });
    const file = join(folder, 'lasting.json');
    writeFileSync(`${file}.new`, JSON.stringify(fault));
    renameSync(`${file}.new`, file);
    return () => rmSync(file, { force: true });
  }

  disturbedStorageCalls(): number {
    return linesOf(join(this.#faultsFolder, 'lasting.log'));
  }

  planStorageFaults(planned: readonly PlannedFault[]): void {
    this.#plans += 1;
    const file = join(this.#faultsFolder, `plan-${this.#plans}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(planned));
    renameSync(`${file}.new`, file);
  }

  refusedStorageCalls(): number {
    return linesOf(join(this.#faultsFolder, 'done.log'));
  }

  /** Shifts what the worker's JavaScript reads as the time, in milliseconds. */
  shiftClock(ms: number): void {
    writeFileSync(join(this.#clockFolder, 'clock'), String(ms));
  }

  /** How many times a process has noticed a shift or its end. */
  noticedShifts(): number {
    return linesOf(join(this.#clockFolder, 'clock.log'));
  }

  /**
   * Puts a certificate of the stack's sandbox in place of the present one; the worker reads it at SIGHUP.
   * @returns when it expires
   */
  async useCertificate({ validMs }: { readonly validMs: number }): Promise<Date> {
    const { stack } = this.#options;
    const file = join(stack.folder, 'sandbox', 'certificates', 'identities.json');
    const { authority } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly authority: CertificateAuthorityState;
    };
    // Certificates hold whole seconds.
    const notAfter = new Date(Math.floor((Date.now() + validMs) / 1000) * 1000);
    const issued = await restoreCertificateAuthority(authority).issueEnterpriseCertificate({
      organizationNumber: stack.env['SIGNERING_ORGANIZATION']!,
      name: 'Avsender AS',
      notAfter,
    });
    const unfinished = `${this.#certificateFile}.new`;
    writeFileSync(unfinished, issued.privateKeyPem + issued.chainPem);
    renameSync(unfinished, this.#certificateFile);
    return notAfter;
  }

  /** Starts a worker of another build beside it, which polls some seconds later. The caller ends it. */
  async startOtherBuild(): Promise<WorkerProcess> {
    this.#otherBuild ??= await changedBuild(OTHER_BUILD);
    // Planned faults that the worker has met already would meet the other build while it starts.
    const own = { [FAULTS_FOLDER]: freshFolder('faults') };
    const env = { ...this.#options.stack.env, ...this.#settings(), ...own };
    return startWorkerOfBuild(this.#otherBuild.command, env, freshFolder('other-build'));
  }

  removeOtherBuild(): void {
    this.#otherBuild?.remove();
  }

  get #certificateFile(): string {
    return join(this.#certificateFolder, 'tls.pem');
  }

  #settings(): Readonly<Record<string, string>> {
    const preloads = ['../end-to-end/faulty-file-system.js', './worker-preload.js'];
    return {
      [FAULTS_FOLDER]: this.#faultsFolder,
      [CLOCK_FOLDER]: this.#clockFolder,
      [DETOURS]: JSON.stringify(this.#options.detours),
      NODE_OPTIONS: preloads.map((file) => `--import=${new URL(file, import.meta.url).href}`).join(' '),
      SIGNERING_LEDGER_WALK_SECONDS: LEDGER_WALK_SECONDS,
      SIGNERING_CERTIFICATE: this.#certificateFile,
      SIGNERING_CERTIFICATE_PASSWORD: '',
      ...IMAGE_MEMORY,
      ...this.#options.settings,
    };
  }
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
