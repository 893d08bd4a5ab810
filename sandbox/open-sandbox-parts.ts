import { PollTimes } from './api/poll-times.js';
import { CallLedger } from './call-ledger.js';
import { CallRate } from './call-rate.js';
import { openContactRegister } from './contact-register.js';
import { Faults } from './faults/faults.js';
import { Holds } from './holds.js';
import { openIdentities } from './identities.js';
import { JobStore } from './jobs/job-store.js';
import { openMailboxes } from './mailboxes.js';
import { openOrganizationSettings } from './organization-settings.js';
import type { FaultySandbox } from './faults/faulty-sandbox.js';
import type { SandboxUrls } from './sandbox-parts.js';
import { openClock } from './state/clock.js';
import { Turns } from './state/turns.js';

/** What the parts need from around them. */
export interface SandboxSurroundings {
  /** There already. */
  readonly stateFolder: string;
  readonly emptyQueueWaitMs: number;
  /** Asked whenever an answer names one: they are known only once the sandbox listens. */
  readonly urls: () => SandboxUrls;
  /** Real time that only goes forward, in milliseconds. */
  readonly elapsedMs: () => number;
  /** Aborted when the sandbox ends. */
  readonly ending: AbortSignal;
  readonly report: (line: string) => void;
}

/** Puts the parts together from what is in a state folder; none of them listens to anything yet. */
export async function openSandboxParts(surroundings: SandboxSurroundings): Promise<FaultySandbox> {
  const { stateFolder } = surroundings;
  return {
    clock: await openClock(stateFolder),
    jobs: await JobStore.open(stateFolder),
    ledger: await CallLedger.open(stateFolder),
    register: await openContactRegister(stateFolder),
    mailboxes: await openMailboxes(stateFolder),
    organizationSettings: await openOrganizationSettings(stateFolder),
    identities: await openIdentities(stateFolder),
    holds: new Holds(),
    faults: new Faults(),
    callRate: new CallRate(surroundings.elapsedMs),
    pollTimes: new PollTimes(surroundings.emptyQueueWaitMs),
    queueTurns: new Turns(),
    get urls() {
      return surroundings.urls();
    },
    ending: surroundings.ending,
    report: surroundings.report,
  };
}
