import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SigningClient } from '@signering/client';
import { archiveFoldersOf } from '../end-to-end/archive-evidence.js';
import { visit } from '../end-to-end/direct-jobs.js';
import { evidenceOf, jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import type { MailServer } from '../end-to-end/mail-server.js';
import type { TestReceiver } from '../end-to-end/webhook-receiver.js';
import type { TestStack } from '../fixtures/index.js';
import { archivedBytesOf } from './crash-checks.js';
import { emailsAbout, eventsOf, hasBatchEnded, mayLackEmail, toldOf } from './crash-evidence.js';
import { batchOf } from './crash-holds.js';
import type { AgreementKind } from './agreement-plan.js';
import type { Cell } from './crash-points.js';
import type { Order } from './crash-sender.js';
import { unconfirmedJobsOf, verifyAgreement } from './verify-agreement.js';

/** One agreement of a batch. */
export interface Agreement extends Omit<Order, 'kind'> {
  readonly kind: AgreementKind;
  /** Absent: it runs beside the others, and no crash meets its own steps. */
  readonly cell?: Cell;
}

/** The argument of {@link CrashSigners}. */
export interface CrashSignersOptions {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly receiver: TestReceiver;
  /** Absent: no agreement has emails. */
  readonly mail?: MailServer;
  /** With the file `started-{reference}` of each accepted order. Absent: a fresh redirect URL is requested. */
  readonly folder?: string;
  /** Whether the job of an agreement has stopped at its point, or its point is past. @default true */
  readonly isStopped?: (agreement: Agreement) => boolean;
  /** Ends every wait. */
  readonly over: AbortSignal;
}

export const LOOK_EVERY_MS = 200;
/** After which the service deletes documents on request, in seconds. */
const DELETABLE_AFTER_SECONDS = 25 * 60 * 60;

/** What people and business systems do in the agreements of a batch: they repeat what fails. */
export class CrashSigners {
  readonly #options: CrashSignersOptions;

  constructor(options: CrashSignersOptions) {
    this.#options = options;
  }

  async sign(agreement: Agreement): Promise<void> {
    if (agreement.kind.startsWith('DIRECT')) return this.#signDirectly(agreement);
    const { reference, kind } = agreement;
    await this.until(async () => (await this.#recordedJobOf(reference)) !== undefined);
    if (kind === 'PORTAL_CANCELLED') return this.#cancel(reference);
    await this.#untilPolled(agreement, 'queue fetched');
    await this.until(async () => {
      const recorded = await this.#recordedJobOf(reference);
      const ids = await jobIdsOf(this.#options.stack.admin, reference);
      // The signer of two jobs signs the one that the ledger does not know: then the other must be cancelled.
      return this.#act(ids.find((id) => id !== recorded) ?? recorded, 1);
    });
    if (kind !== 'PORTAL_CHAINED') return;
    await this.until(async () => {
      const recorded = (await this.#recordedJobOf(reference)) ?? '';
      return (await evidenceOf(this.#options.stack.admin, recorded)).confirmedVersion > 0;
    });
    await this.until(async () => this.#act(await this.#recordedJobOf(reference), 2));
  }

  async #cancel(reference: string): Promise<void> {
    await this.until(async () => {
      await this.#options.client.cancelJob(reference, { reason: 'Part of the crash matrix' });
      return true;
    });
  }

  /** Has the service's documents of a signed job deleted. */
  async delete({ reference, kind }: Agreement): Promise<void> {
    const { stack, client } = this.#options;
    await this.until(() => this.hasEnded({ reference, kind }));
    await verifyAgreement(stack, { reference, kind });
    const before = archivedBytesOf(stack, reference);
    await stack.admin.advanceClock(DELETABLE_AFTER_SECONDS);
    await this.until(async () => (await client.deleteDocumentsAtService(reference)).deletedAt !== '');
    assert.deepEqual(archivedBytesOf(stack, reference), before, 'the archive keeps its documents');
  }

  /** By the archive, the sandbox and the receivers; the client says only whether the workflow has ended. */
  async hasEnded(agreement: Pick<Agreement, 'reference' | 'kind' | 'cell'>): Promise<boolean> {
    const { reference, kind, cell } = agreement;
    const { stack, mail, receiver } = this.#options;
    if (!(await this.hasOutcome(reference))) return false;
    if ((await unconfirmedJobsOf(stack, reference)).length > 0) return false;
    const ids = await jobIdsOf(stack.admin, reference);
    const jobs = await Promise.all(ids.map((id) => evidenceOf(stack.admin, id)));
    // A second direct job has no signers who can reach it, and ends when its time runs out.
    if (kind.startsWith('PORTAL') && jobs.some(({ status }) => status === 'IN_PROGRESS')) return false;
    if (cell?.effect.part === 'BATCH') {
      const isPublished = eventsOf(receiver, 'batch.completed', batchOf(reference)) > 0;
      if (!isPublished || !hasBatchEnded(stack, reference)) return false;
    }
    const told = toldOf({ reference, cell });
    const lacksEmail = told !== undefined && mail !== undefined && emailsAbout(mail, told).length === 0;
    return !lacksEmail || cell === undefined || mayLackEmail(cell);
  }

  /** Whether the outcome is archived and published; a second job at the service may still be open. */
  async hasOutcome(reference: string): Promise<boolean> {
    const { stack, client, receiver } = this.#options;
    const [folder] = archiveFoldersOf(stack, reference);
    if (folder === undefined || !existsSync(join(folder, 'receipt.json'))) return false;
    const isPublished = eventsOf(receiver, 'job.archived', reference) > 0;
    return isPublished && (await client.getJob(reference)).status === 'ENDED';
  }

  /** Tries until it is true, with the errors that a crash causes in between; gives up only when the time is over. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!this.#options.over.aborted) {
      const isTrue = await Promise.resolve()
        .then(condition)
        .catch(() => false);
      if (isTrue) return;
      await delay(LOOK_EVERY_MS);
    }
  }

  /** A job whose poller stops before it fetches has no change until then. */
  async #untilPolled(agreement: Agreement, effect: string): Promise<void> {
    const { cell } = agreement;
    if (cell?.when !== 'before' || cell.effect.name !== effect) return;
    const { isStopped = () => true } = this.#options;
    await this.until(() => isStopped(agreement));
  }

  /** @returns whether the signer has signed, perhaps in an earlier request without an answer */
  async #act(id: string | undefined, number: number): Promise<boolean> {
    if (id === undefined) return false;
    const { admin } = this.#options.stack;
    const { signers } = await admin.job(id);
    if (signers.find(({ signer }) => signer === number)?.status !== 'SIGNED') {
      await admin.act(id, number, 'sign');
    }
    return true;
  }

  async #recordedJobOf(reference: string): Promise<string | undefined> {
    return (await this.#options.client.getJob(reference)).signatureJobId;
  }

  async #signDirectly(agreement: Agreement): Promise<void> {
    const { reference, kind, cell } = agreement;
    const { client, folder } = this.#options;
    const urls: string[] = [];
    if (folder !== undefined) {
      const started = join(folder, `started-${reference}`);
      await this.until(() => existsSync(started));
      if (!existsSync(started)) return;
      // Each URL admits one browser.
      if (cell?.effect.name !== 'redirect URL requested') urls.push(...redirectUrlsIn(started));
    }
    await this.#untilPolled(agreement, 'direct queue fetched');
    let token: string | undefined;
    await this.until(async () => {
      const url = urls.pop() ?? (await client.createRedirectUrl(reference, { signer: 1 })).redirectUrl;
      ({ token } = await visit(url, 'sign'));
      return true;
    });
    if (kind === 'DIRECT_POLLED') return;
    await this.until(async () => {
      await client.signerReturned(reference, { statusQueryToken: token ?? '', proved: true });
      return true;
    });
  }
}

function redirectUrlsIn(file: string): readonly string[] {
  const { redirects } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly redirects: readonly { readonly redirectUrl: string }[];
  };
  return redirects.map(({ redirectUrl }) => redirectUrl);
}
