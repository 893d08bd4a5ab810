import { PollTimes } from './api/poll-times.js';
import { CallLedger } from './call-ledger.js';
import { CallRate } from './call-rate.js';
import { openContactRegister } from './contact-register.js';
import { CaughtEmails } from './emails/caught-emails.js';
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

/** The surroundings of the parts. */
export interface SandboxSurroundings {
  /** An existing folder. */
  readonly stateFolder: string;
  readonly emptyQueueWaitMs: number;
  /** Infinity: calls are not counted. @default 10 */
  readonly callsPerSecond?: number | undefined;
  /** Called for each URL in a response, because the addresses are known only when the sandbox listens. */
  readonly urls: () => SandboxUrls;
  /** Monotonic real time, in milliseconds. */
  readonly elapsedMs: () => number;
  /** Aborted when the sandbox closes. */
  readonly ending: AbortSignal;
  readonly report: (line: string) => void;
}

/** Creates the parts from a state folder; none of them listens yet. */
export async function openSandboxParts(surroundings: SandboxSurroundings): Promise<FaultySandbox> {
  const { stateFolder } = surroundings;
  return {
    clock: await openClock(stateFolder),
    jobs: await JobStore.open(stateFolder),
    ledger: await CallLedger.open(stateFolder),
    register: await openContactRegister(stateFolder),
    mailboxes: await openMailboxes(stateFolder),
    emails: new CaughtEmails(),
    organizationSettings: await openOrganizationSettings(stateFolder),
    identities: await openIdentities(stateFolder),
    holds: new Holds(),
    faults: new Faults(),
    callRate: new CallRate(surroundings.elapsedMs, surroundings.callsPerSecond),
    pollTimes: new PollTimes(surroundings.emptyQueueWaitMs),
    queueTurns: new Turns(),
    get urls() {
      return surroundings.urls();
    },
    ending: surroundings.ending,
    report: surroundings.report,
  };
}
