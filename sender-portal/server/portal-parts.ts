import type { Signing } from '@signering/client';
import type { Audit } from '../audit.js';
import type { BatchSending } from '../batches/batch-check.js';
import type { BatchStore } from '../batches/batch-store.js';
import type { BatchWork } from '../batches/batch-work.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Sealing } from '../database/sealing.js';
import type { LiveStreams } from '../live/live-streams.js';
import type { JobStates } from '../jobs/job-states.js';
import type { JobStore } from '../jobs/job-store.js';
import type { RelyingParty } from '../login/relying-party.js';
import type { Sessions } from '../login/sessions.js';
import type { People } from '../people/people.js';

/** The parts of the portal that its routes use. */
export interface PortalParts {
  readonly database: OpenDatabase;
  readonly sealing: Sealing;
  readonly sessions: Sessions;
  readonly people: People;
  readonly jobs: JobStore;
  readonly states: JobStates;
  /** Keeps pages up to date. */
  readonly live: LiveStreams;
  /** Whether workers send emails; undefined while that is not known. */
  readonly sendsEmails: () => Promise<boolean | undefined>;
  readonly batches: BatchStore;
  readonly batchWork: BatchWork;
  readonly audit: Audit;
  readonly login: RelyingParty;
  /** A client that sends for an organisation. */
  readonly clientOf: (organization: string) => Signing;
  readonly organizationNames: ReadonlyMap<string, string>;
  /** As `clientOf`, for batches. */
  readonly batchesOf: (organization: string) => BatchSending;
  /** The portal's origin in browsers. */
  readonly url: string;
  /** The service's own portal. */
  readonly serviceUrl: string;
  readonly now: () => Date;
  /** Called with one sentence about an internal error, without personal data. */
  readonly report: (sentence: string) => void;
}
