import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { WebhookType } from '@signering/schema';
import type { MailServer, ReceivedEmail } from '../end-to-end/mail-server.js';
import type { TestReceiver } from '../end-to-end/webhook-receiver.js';
import type { TestStack } from '../fixtures/index.js';
import { effectOfWrite, needsContent } from './crash-effects.js';
import { batchOf, type RecordedEffect } from './crash-holds.js';
import type { Cell, Victim } from './crash-points.js';

/** The side effects of jobs that a worker or a sender has recorded, each once. */
export function recordedEffectsIn(folder: string): readonly string[] {
  const lines = readFileSync(join(folder, 'effects.log'), 'utf8').trim().split('\n');
  const recorded = lines.map((line) => JSON.parse(line) as RecordedEffect);
  // What a worker does outside any job, such as to make the storage's folders, is no effect of a job.
  return [...new Set(recorded.flatMap(({ reference, effect }) => (reference === undefined ? [] : [effect])))];
}

/** The effects that must have written what is in a storage. */
export function effectsThatWrote(storageFolder: string): readonly string[] {
  const effects = filesIn(storageFolder).flatMap((path) => {
    const place = relative(storageFolder, path).split(sep).join('/');
    // Of the storage, and of no job.
    if (/^(?:storage-identity\.json$|key-fingerprints\/)/u.test(place)) return [];
    return effectOfWrite(place, needsContent(place) ? readFileSync(path, 'utf8') : '');
  });
  return [...new Set(effects)];
}

/** Whether the batch of an agreement has recorded its end, and is no longer marked as open. */
export function hasBatchEnded({ storageFolder, env }: TestStack, reference: string): boolean {
  const organization = env['SIGNERING_ORGANIZATION'] ?? '';
  const digest = createHash('sha256').update(batchOf(reference)).digest('hex');
  const batches = join(storageFolder, 'batches');
  const events = filesIn(join(batches, organization, digest, 'log'));
  const hasEnded = events.some((file) => readFileSync(file, 'utf8').includes('"ENDED"'));
  const markers = filesIn(join(batches, 'open', organization));
  return hasEnded && !markers.some((file) => file.includes(digest));
}

/** How many events of this type about a job or a batch were published: an event that is delivered again has the same id. */
export function eventsOf({ received }: TestReceiver, type: WebhookType, reference: string): number {
  const events = received.filter(
    ({ payload }) => payload.type === type && payload.data.reference === reference,
  );
  return new Set(events.map(({ id }) => id)).size;
}

/** The emails about a job or a batch that the mail server has. */
export function emailsAbout({ received }: MailServer, reference: string): readonly ReceivedEmail[] {
  return received.filter(({ subject }) => subject.endsWith(`: ${reference}`));
}

/** Of which job or batch an email is sent to the person who made it; undefined: of none. */
export function toldOf({
  reference,
  cell,
}: {
  reference: string;
  cell?: Cell | undefined;
}): string | undefined {
  const part = cell?.effect.part;
  if (part === undefined) return undefined;
  return part === 'BATCH' ? batchOf(reference) : reference;
}

/** Their death ends the attempt that sends an email: Temporal's, when the attempt cannot say in time that it lives. */
const ENDING_ATTEMPTS: readonly Victim[] = ['WORKER', 'TEMPORAL'];

/** Whether the crash of a cell makes it unknown whether its email was sent: then it is not sent again. */
export function mayLackEmail({ victim, when, effect: { name } }: Cell): boolean {
  const isClaimed = name === 'email claimed' || name === 'email of the batch claimed';
  return isClaimed && when === 'after' && ENDING_ATTEMPTS.includes(victim);
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}
