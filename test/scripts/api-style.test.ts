import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';

const DECLARATIONS = `
/** @throws JOB_NOT_FOUND, and NO_SUCH_CODE, which the docs do not list */
export declare function find_job(reference: string, again: boolean): string;
export declare function connect(options: readonly JSONOptions[]): void;
export declare enum Outcome { SIGNED = 'SIGNED' }
export type Flow = 'PORTAL' | 'direct';
export interface JSONOptions {
  timeout?: number;
  readonly waitSeconds?: number | undefined;
  readonly notProved: boolean | undefined;
  readonly endedAt: Date | undefined;
  readonly startedAt: string | undefined;
  readonly exitURL: string | undefined;
  readonly anything: any;
}
interface Waiting { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined }
export declare class Jobs {
  get(reference: string, options?: { readonly signal?: AbortSignal }): Promise<string>;
  list(): AsyncGenerator<string>;
  wait(reference: string, options?: Waiting): Promise<string>;
  move(from: string, to: string, by: string, options?: Waiting): Promise<void>;
  close(): Promise<void>;
  /** Answers are passed on, so their members stay as they are. */
  describe(job: Job & { readonly details?: Details }, options?: Waiting): Promise<Job>;
}
interface Job {
  /** ISO 8601. */
  readonly lastSeen?: string;
  readonly nextPoll: string;
  readonly deadline: string;
  readonly followUntil: string;
}
interface Details { readonly pollingQueue?: string; readonly signers: readonly { readonly order?: number }[] }
export type Answer =
  | { readonly kind: 'MOVED'; readonly age: number }
  | { readonly kind: 'kept'; readonly ageSeconds: number };
`;

describe('scripts/api-style.mjs', function () {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'signering-api-style-'));
    for (const path of ['scripts/api-style.mjs', 'scripts/prepare', 'tsconfig.base.json']) {
      cpSync(join(PROJECT, path), join(folder, path), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    write('package.json', JSON.stringify({ type: 'module', workspaces: ['client'] }));
    write('docs/errors.md', '| `JOB_NOT_FOUND` | No job has the reference. |\n');
    for (const door of ['client/dist/testing', 'signing-api/dist', 'worker/dist', 'sandbox/dist'])
      write(`${door}/index.d.ts`, 'export {};\n');
    write('client/dist/index.d.ts', `export * from './jobs.js';\n`);
    write('client/dist/jobs.d.ts', DECLARATIONS);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function run(): Promise<{ readonly code: unknown; readonly stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [join(folder, 'scripts/api-style.mjs')], (error, _, text) =>
        resolve({ code: error?.code, stderr: text }),
      );
    });
  }

  it('fails where a package is not compiled, and names the command', async () => {
    rmSync(join(folder, 'worker/dist/index.d.ts'));
    const { code, stderr } = await run();
    write('worker/dist/index.d.ts', 'export {};\n');
    assert.equal(stderr, 'worker/dist/index.d.ts is missing: run `npx tsc -b` first.\n');
    assert.equal(code, 1);
  });

  it('reports each broken rule once, and nothing else', async () => {
    const { code, stderr } = await run();
    assert.deepEqual(stderr.trim().split('\n'), [
      `client/jobs.ts Answer.age: a number of this kind ends with its unit`,
      `client/jobs.ts Answer.kind: the word 'kept' is not UPPER_CASE`,
      `client/jobs.ts Details.pollingQueue: an optional member of an argument accepts undefined`,
      `client/jobs.ts Details.signers.order: an optional member of an argument accepts undefined`,
      `client/jobs.ts Flow: the word 'direct' is not UPPER_CASE`,
      `client/jobs.ts JSONOptions.anything: has the type any`,
      `client/jobs.ts JSONOptions.endedAt: moments are ISO 8601 strings`,
      `client/jobs.ts JSONOptions.exitURL: members are camelCase, with acronyms as words`,
      `client/jobs.ts JSONOptions.notProved: a boolean says what holds, not what does not`,
      `client/jobs.ts JSONOptions.timeout: a number of this kind ends with its unit`,
      `client/jobs.ts JSONOptions.timeout: an optional member of an argument accepts undefined`,
      `client/jobs.ts JSONOptions.timeout: is not readonly`,
      `client/jobs.ts JSONOptions: types are PascalCase, with acronyms as words`,
      `client/jobs.ts Job.lastSeen: the name of a moment ends with At or Until`,
      `client/jobs.ts Job.nextPoll: the name of a moment ends with At or Until`,
      `client/jobs.ts Jobs.describe.details: an optional member of an argument accepts undefined`,
      `client/jobs.ts Jobs.get.signal: an optional member of an argument accepts undefined`,
      `client/jobs.ts Jobs.get: the last parameter has no \`timeoutMs\``,
      `client/jobs.ts Jobs.list: a call that waits takes options last`,
      `client/jobs.ts Jobs.move: has more than three parameters`,
      `client/jobs.ts Outcome: is an enum: use a union of strings`,
      `client/jobs.ts find_job: a boolean is a named option, not a parameter`,
      `client/jobs.ts find_job: docs/errors.md does not list NO_SUCH_CODE`,
      `client/jobs.ts find_job: functions are camelCase`,
    ]);
    assert.equal(code, 1);
  });
});
