import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SigningClient } from '@signering/client';
import { directJob } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { batchOf, currentReference } from './crash-holds.js';
import type { CellKind, SideEffect } from './crash-points.js';

// A business system: `node crash-sender.js FOLDER` starts the jobs of `orders.json` with `{reference}.pdf`, all at once, and repeats each order
// until it is accepted. `started-{reference}` then holds what the client returned.

/** One order of a sender. */
export interface Order {
  readonly reference: string;
  readonly kind: CellKind;
  readonly pollingQueue?: string | undefined;
  /** As of {@link SideEffect}. */
  readonly part?: SideEffect['part'];
}

const REPEAT_AFTER_MS = 300;

/** The same document in each repeated order, and in that of the next process. */
interface Document {
  readonly documents: readonly [
    { readonly content: Uint8Array; readonly name: string; readonly title: string },
  ];
}

async function start(
  client: SigningClient,
  document: Document,
  { reference, kind, pollingQueue, part }: Order,
): Promise<unknown> {
  const queue = pollingQueue === undefined ? {} : { pollingQueue };
  if (kind.startsWith('PORTAL')) {
    const orders = kind === 'PORTAL_CHAINED' ? [1, 2] : [1];
    const job = { ...(await portalJob(reference, orders)), ...document, ...queue };
    const emailsTo = { emailAddress: 'anne@example.com' };
    if (part === 'BATCH') {
      const table = { content: Buffer.from(`reference\n${reference}\n`) };
      const template = { ...job, reference: '{{reference}}' };
      return client.startBatch({ reference: batchOf(reference), table, template }, { emailsTo });
    }
    return client.startPortalJob(job, part === 'EMAILS' ? { emailsTo } : {});
  }
  const polled = kind === 'DIRECT_POLLED' ? { statusRetrievalMethod: 'POLLING' as const, ...queue } : {};
  return client.startDirectJob({ ...(await directJob(reference, polled)), ...document });
}

async function insist(folder: string, client: SigningClient, order: Order): Promise<void> {
  const content = readFileSync(join(folder, `${order.reference}.pdf`));
  const document: Document = { documents: [{ content, name: 'agreement.pdf', title: 'Agreement' }] };
  for (;;) {
    try {
      const started = await start(client, document, order);
      writeFileSync(join(folder, `started-${order.reference}`), JSON.stringify(started));
      return;
    } catch (error) {
      console.error(`${order.reference}: ${error instanceof Error ? error.message : 'unknown error'}`);
      await delay(REPEAT_AFTER_MS);
    }
  }
}

const [, , folder] = process.argv;
if (folder !== undefined) {
  const orders = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8')) as readonly Order[];
  const client = await SigningClient.connect({ env: process.env });
  await Promise.all(
    orders.map((order) => currentReference.run(order.reference, () => insist(folder, client, order))),
  );
  await client.close();
}
