import type { PollTimes } from './api/poll-times.js';
import type { CallLedger } from './call-ledger.js';
import type { CallRate } from './call-rate.js';
import type { ContactRegister } from './contact-register.js';
import type { CaughtEmails } from './emails/caught-emails.js';
import type { Holds } from './holds.js';
import type { Identities } from './identities.js';
import type { JobStore } from './jobs/job-store.js';
import type { Mailboxes } from './mailboxes.js';
import type { OrganizationSettings } from './organization-settings.js';
import type { SandboxClock } from './state/clock.js';
import type { Turns } from './state/turns.js';

/** The addresses of the sandbox, known once it listens. */
export interface SandboxUrls {
  /** Root of the API, such as `https://127.0.0.1:8443/api`. */
  readonly apiUrl: string;
  readonly pagesUrl: string;
  readonly adminUrl: string;
}

/** The parts that the operations of the API and of the admin interface use. */
export interface SandboxParts {
  readonly clock: SandboxClock;
  readonly jobs: JobStore;
  readonly ledger: CallLedger;
  readonly holds: Holds;
  readonly callRate: CallRate;
  readonly pollTimes: PollTimes;
  /** Serialises parallel polls of one queue, so that they never get the same change. */
  readonly queueTurns: Turns;
  readonly register: ContactRegister;
  readonly mailboxes: Mailboxes;
  readonly emails: CaughtEmails;
  readonly organizationSettings: OrganizationSettings;
  readonly identities: Identities;
  readonly urls: SandboxUrls;
  /** Aborted when the sandbox closes: ends deliberate waits. */
  readonly ending: AbortSignal;
  /** Reports an unexpected event in one line without personal data. */
  readonly report: (line: string) => void;
}
