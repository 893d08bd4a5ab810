import { z } from 'zod';
import type { SandboxAdmin } from '@signering/dev-stack/internal/processes/index.js';
import { waitFor } from './wait-for.js';

/** The operations at which the sandbox can stop a call. */
export type HeldOperation =
  | 'probe'
  | 'create'
  | 'fetchStatus'
  | 'fetchStatusChange'
  | 'confirm'
  | 'cancel'
  | 'deleteDocuments'
  | 'pades'
  | 'xades';

const Holds = z.array(z.looseObject({ operation: z.string(), when: z.string(), state: z.string() }));

/** Stops the next such call before or after it takes effect, until {@link releaseHolds}. */
export async function hold(
  admin: SandboxAdmin,
  operation: HeldOperation,
  when: 'before' | 'after',
): Promise<void> {
  await admin.call('POST', '/holds', { operation, when });
}

/** Waits until a call stands still at the hold: now is the moment to end a process. */
export async function waitUntilHolding(
  admin: SandboxAdmin,
  operation: HeldOperation,
  explain?: () => string,
): Promise<void> {
  await waitFor(
    async () =>
      Holds.parse(await admin.call('GET', '/holds')).some(
        (one) => one.operation === operation && one.state === 'HOLDING',
      ),
    { what: `a ${operation} call is held`, ...(explain === undefined ? {} : { explain }) },
  );
}

/** Lets every held call go on. */
export async function releaseHolds(admin: SandboxAdmin): Promise<void> {
  await admin.call('DELETE', '/holds');
}
