import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// Loaded into a worker with `--import`: refuses calls of node:fs/promises below the storage folder, as planned.

/** One refusal: the next such call fails with that code, once. */
export interface PlannedFault {
  /** A function of node:fs/promises, or `handle.` and a method of a file handle. */
  readonly call: string;
  readonly code: string;
  /** At once, or when no answer of the service is on its way: then a body that was begun has arrived whole. */
  readonly when: 'AT_ONCE' | 'AFTER_THE_ANSWER';
}

/** Content of `lasting.json`: while the file exists, each of these calls is late or fails, noted in `lasting.log`. */
export interface LastingFault {
  /** As in {@link PlannedFault}, or `open for writing` and `open for reading`. */
  readonly calls: readonly string[];
  /** Absent: the call succeeds. */
  readonly code?: string;
  /** Milliseconds. */
  readonly delayMs?: number;
}

/** Names the folder with `plan-1.json`, `plan-2.json` …, each read when it is there, and `done.log`, a line for each refusal. */
export const FAULTS_FOLDER = 'TEST_FAULTS_FOLDER';

// Not rename: a worker calls it only while it starts.
export const PATH_CALLS = ['mkdir', 'readdir', 'open', 'link', 'unlink', 'readFile'] as const;
export const HANDLE_CALLS = ['writev', 'writeFile', 'sync', 'close'] as const;

/** Between two refusals, so that no step fails many times in a row and waits long. */
const PAUSE_MS = 150;
const LONGEST_ANSWER_MS = 300;

class FaultPlan {
  readonly #folder: string;
  readonly #planned: PlannedFault[] = [];
  #plans = 0;
  #lastAt = 0;
  #answersToCome = 0;

  constructor(folder: string) {
    this.#folder = folder;
    subscribe('undici:request:create', () => (this.#answersToCome += 1));
    for (const end of ['undici:request:trailers', 'undici:request:error']) {
      subscribe(end, () => (this.#answersToCome -= 1));
    }
  }

  /** Fails when the plan says so. @param openedFor of the call `open` */
  async strike(call: string, openedFor?: 'reading' | 'writing'): Promise<void> {
    await this.#strikeLasting(openedFor === undefined ? [call] : [call, `open for ${openedFor}`]);
    const fault = this.#next(call);
    if (fault === undefined) return;
    if (fault.when === 'AFTER_THE_ANSWER') {
      const latest = Date.now() + LONGEST_ANSWER_MS;
      do await delay(10);
      while (this.#answersToCome > 0 && Date.now() < latest);
    }
    throw refusal(fault.code, call);
  }

  async #strikeLasting(calls: readonly string[]): Promise<void> {
    const file = join(this.#folder, 'lasting.json');
    if (!existsSync(file)) return;
    const fault = JSON.parse(readFileSync(file, 'utf8')) as LastingFault;
    const call = calls.find((one) => fault.calls.includes(one));
    if (call === undefined) return;
    appendFileSync(join(this.#folder, 'lasting.log'), `${call}\n`);
    if (fault.delayMs !== undefined) await delay(fault.delayMs);
    if (fault.code !== undefined) throw refusal(fault.code, call);
  }

  #next(call: string): PlannedFault | undefined {
    const file = join(this.#folder, `plan-${this.#plans + 1}.json`);
    if (existsSync(file)) {
      this.#plans += 1;
      this.#planned.push(...(JSON.parse(readFileSync(file, 'utf8')) as PlannedFault[]));
    }
    if (Date.now() - this.#lastAt < PAUSE_MS) return undefined;
    const index = this.#planned.findIndex((one) => one.call === call);
    const [fault] = index < 0 ? [] : this.#planned.splice(index, 1);
    if (fault === undefined) return undefined;
    this.#lastAt = Date.now();
    appendFileSync(join(this.#folder, 'done.log'), `${JSON.stringify(fault)}\n`);
    return fault;
  }
}

function refusal(code: string, call: string): Error {
  const syscall = call.replace('handle.', '').replace(/ for .*/u, '');
  return Object.assign(new Error(`${code}: refused by the test, ${call}`), { code, syscall });
}

type AnyFunction = (...args: unknown[]) => Promise<unknown>;

function install(folder: string, storage: string): void {
  const plan = new FaultPlan(folder);
  const isStored = (path: unknown) => typeof path === 'string' && path.startsWith(storage);
  const functions = promises as unknown as Record<string, AnyFunction>;
  for (const call of PATH_CALLS) {
    const real = functions[call]!;
    functions[call] = async (...args) => {
      const stored = isStored(args[0]);
      if (stored) await plan.strike(call, call === 'open' ? purposeOf(args[1]) : undefined);
      const result = await real.apply(promises, args);
      if (stored && call === 'open') watch(result as FileHandle, plan);
      return result;
    };
  }
  syncBuiltinESMExports();
}

function purposeOf(flags: unknown): 'reading' | 'writing' {
  return flags === undefined || flags === 'r' ? 'reading' : 'writing';
}

function watch(handle: FileHandle, plan: FaultPlan): void {
  const methods = handle as unknown as Record<string, AnyFunction>;
  for (const call of HANDLE_CALLS) {
    const real = methods[call]!.bind(handle);
    methods[call] = async (...args) => {
      // A file whose closing fails is still closed.
      if (call === 'close') await real(...args);
      await plan.strike(`handle.${call}`);
      return call === 'close' ? undefined : real(...args);
    };
  }
}

const folder = process.env[FAULTS_FOLDER];
const storage = process.env['SIGNERING_STORAGE'];
if (folder !== undefined && storage !== undefined) install(folder, storage);
