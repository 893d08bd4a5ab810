import { createHash, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '@signering/schema';
import { syncFolder, writeDurably } from '../state/durable-file.js';
import { readVersioned } from '../state/read-json-file.js';
import { Turns } from '../state/turns.js';
import type { SandboxJob, StoredContent } from './job.js';

const JOB_FILE = 'job.json';
/** Other files in the folder, such as those of a desktop, are ignored. */
const JOB_FOLDER = /^\d{1,18}$/u;

/** A new job with its contents. */
export interface NewJob {
  readonly contents: readonly Uint8Array[];
  readonly build: (jobId: string) => SandboxJob;
}

/**
 * The jobs, each in one folder: `job.json`, and the documents and signed documents under their digests. A change is on
 * disk before it is visible, so that a crash cannot undo a response.
 */
export class JobStore {
  readonly #folder: string;
  readonly #jobs: Map<string, SandboxJob>;
  readonly #turns = new Turns();
  #nextId: number;

  private constructor(folder: string, jobs: readonly SandboxJob[], nextId: number) {
    this.#folder = folder;
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
    this.#nextId = nextId;
  }

  /** Reads all jobs, and removes incomplete writes after a crash. */
  static async open(stateFolder: string): Promise<JobStore> {
    const folder = join(stateFolder, 'jobs');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const jobs: SandboxJob[] = [];
    // Each sandbox starts at a different number, so that jobs of different sandboxes have different ids.
    let highestId = randomInt(1_000_000, 8_000_000);
    for (const id of (await readdir(folder)).filter((name) => JOB_FOLDER.test(name))) {
      const job = await readJob(join(folder, id));
      if (job === undefined) await rm(join(folder, id), { recursive: true, force: true });
      else jobs.push(job);
    }
    if (jobs.length > 0) highestId = Math.max(...jobs.map(({ id }) => Number(id)));
    const store = new JobStore(folder, jobs, highestId + 1);
    for (const job of jobs) await store.#clearAway(job);
    return store;
  }

  find(jobId: string): SandboxJob | undefined {
    return this.#jobs.get(jobId);
  }

  all(): readonly SandboxJob[] {
    return [...this.#jobs.values()];
  }

  /** Stores a new job; when this resolves it survives a crash. */
  async create({ contents, build }: NewJob): Promise<SandboxJob> {
    const job = build(String(this.#nextId++));
    const folder = join(this.#folder, job.id);
    await mkdir(folder, { mode: 0o700 });
    for (const content of contents) await this.keepContent(job.id, content);
    // The job exists when its file exists: a folder without it is removed at the next start.
    await writeDurably(join(folder, JOB_FILE), JSON.stringify(job));
    await syncFolder(this.#folder);
    this.#jobs.set(job.id, job);
    return job;
  }

  /**
   * Changes a job after all earlier changes. The function gets the current job; if it returns the same job or throws,
   * nothing is written.
   */
  async update(
    jobId: string,
    change: (job: SandboxJob) => SandboxJob | Promise<SandboxJob>,
  ): Promise<SandboxJob> {
    return await this.#turns.take(jobId, async () => {
      const job = this.#jobs.get(jobId);
      if (job === undefined) throw new RangeError(`The sandbox has no job ${jobId}.`);
      const changed = await change(job);
      if (changed === job) return job;
      await writeDurably(join(this.#folder, jobId, JOB_FILE), JSON.stringify(changed));
      this.#jobs.set(jobId, changed);
      await this.#clearAway(changed);
      return changed;
    });
  }

  /** Reads a job and its contents without concurrent changes. */
  async read<Result>(jobId: string, look: (job: SandboxJob) => Promise<Result>): Promise<Result> {
    return await this.#turns.take(jobId, async () => {
      const job = this.#jobs.get(jobId);
      if (job === undefined) throw new RangeError(`The sandbox has no job ${jobId}.`);
      return await look(job);
    });
  }

  /** Stores bytes in the job's folder, within a change that adds them to the job: unreferenced bytes are removed. */
  async keepContent(jobId: string, content: Uint8Array): Promise<StoredContent> {
    const stored = describeContent(content);
    await writeDurably(join(this.#folder, jobId, stored.sha256), content);
    return stored;
  }

  async readContent(jobId: string, content: StoredContent): Promise<Buffer> {
    return await readFile(join(this.#folder, jobId, content.sha256));
  }

  /** Removes files without a reference in the job: deleted documents, an older PAdES, unfinished writes. */
  async #clearAway(job: SandboxJob): Promise<void> {
    const folder = join(this.#folder, job.id);
    const named = new Set([JOB_FILE, ...contentsOf(job).map(({ sha256 }) => sha256)]);
    for (const file of await readdir(folder)) {
      if (!named.has(file)) await rm(join(folder, file), { force: true });
    }
  }
}

/** The digest and size under which bytes are kept. */
export function describeContent(content: Uint8Array): StoredContent {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.byteLength };
}

function contentsOf(job: SandboxJob): readonly StoredContent[] {
  if (job.documentsDeletedAt !== undefined) return [];
  const signatures = job.signers.flatMap(({ xades }) => xades ?? []);
  return [...job.documents, job.manifestContent, ...signatures, ...(job.pades ? [job.pades] : [])];
}

async function readJob(folder: string): Promise<SandboxJob | undefined> {
  try {
    const file = join(folder, JOB_FILE);
    return readVersioned(await readFile(file, 'utf8'), file) as SandboxJob;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
