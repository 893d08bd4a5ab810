import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndedJob, JobDescription, SigningClient } from '@signering/client';
import type { ClientSettings } from '@signering/settings';
import { anonymousSkeletonOf, examinePades, examineXades } from '@signering/signatures';
import { openStorage } from '@signering/storage';
import { checkFacts, type CheckFacts } from './check-facts.js';

/** A signed document that came back, without its content. */
export interface ReturnedFile {
  /** The name in the archive: `signed.pdf`, `xades-1.xml`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** False: the check found it BROKEN, and it waits for an operator. */
  readonly archived: boolean;
  readonly check: CheckFacts;
  /** As `signering evidence` prints it. */
  readonly skeleton: readonly string[];
}

/** What is there of the job after the wait. */
export interface Returned {
  readonly files: readonly ReturnedFile[];
  /** Release of the worker that wrote the receipt. */
  readonly worker?: string;
  /** Of the receipt, ISO 8601. */
  readonly createdAt?: string;
  /** Of the receipt, ISO 8601. */
  readonly archivedAt?: string;
}

const kindOf = (name: string) => (name.endsWith('.pdf') ? 'PADES' : 'XADES');

/** Fetches the archived files of a job into a folder that is removed again. @throws as `saveSignedDocuments` */
export async function archivedFilesOf(client: SigningClient, job: EndedJob): Promise<Returned> {
  const folder = await mkdtemp(join(tmpdir(), 'signering-first-run-'));
  try {
    await client.saveSignedDocuments(job.reference, { folder });
    const receipt = JSON.parse(await readFile(join(folder, 'receipt.json'), 'utf8')) as {
      readonly software: { readonly version: string };
      readonly createdAt: string;
      readonly archivedAt: string;
    };
    const files: ReturnedFile[] = [];
    for (const { name, size, check } of job.archive.documents) {
      const content = await readFile(join(folder, name)).catch(() => undefined);
      files.push({
        ...{ name, size, archived: true, check: checkFacts(check) },
        skeleton:
          content === undefined ? ['missing in the archive'] : anonymousSkeletonOf(content, kindOf(name)),
      });
    }
    const { createdAt, archivedAt, software } = receipt;
    return { files, worker: software.version, createdAt, archivedAt };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How an operator's sentence names suspect bytes. */
const SUSPECT = /\/(signed|xades-\d+)\.([0-9a-f]{64})\.(pdf|xml)/gu;

/** The files that the check found BROKEN, from the suspect bytes in storage, for a job that waits in ARCHIVE_BROKEN. */
export async function suspectFilesOf(settings: ClientSettings, job: JobDescription): Promise<Returned> {
  const { organizationNumber, reference } = job;
  const storage = await openStorage({ ...settings, location: settings.storage });
  const created = (await storage.ledger.find({ organizationNumber, reference }))?.created;
  const sentences = 'needsOperator' in job ? (job.needsOperator ?? '') : '';
  const files: ReturnedFile[] = [];
  for (const [, base = '', sha256 = '', extension = ''] of sentences.matchAll(SUSPECT)) {
    const name = `${base}.${extension}`;
    const content =
      created &&
      (await storage.suspects.find({ job: { organizationNumber, reference, ...created }, name, sha256 }));
    if (content === undefined) continue;
    const kind = kindOf(name);
    const check = await (kind === 'XADES' ? examineXades : examinePades)(content, {});
    files.push({
      ...{ name, size: content.byteLength, archived: false, check: checkFacts(check) },
      skeleton: anonymousSkeletonOf(content, kind),
    });
  }
  return { files };
}
