import { randomInt } from 'node:crypto';
import type {
  PortalSignatureJobManifest,
  PortalSignatureJobRequest,
  PortalSigner,
} from '../../schema/index.js';
import { personOf, seedOf } from '../people.js';
import { readTime } from '../time-format.js';
import { madeUpName } from './made-up-name.js';
import { withTurn } from './job-life.js';
import type { JobSigner, SandboxJob, SignerGroup, StoredContent, StoredDocument } from './job.js';

/** Thirty days, when the sender says nothing. Spec: the portal flow's documentation. */
const DEFAULT_AVAILABLE_SECONDS = 30 * 24 * 60 * 60;

/** A job as it was ordered. */
export interface JobOrder {
  readonly id: string;
  readonly organizationNumber: string;
  readonly request: PortalSignatureJobRequest;
  readonly manifest: PortalSignatureJobManifest;
  readonly manifestContent: StoredContent;
  readonly documents: readonly StoredDocument[];
  readonly now: Date;
}

/** Sets up a job: everybody waits, and the first group's time begins at the activation time, at once when that is past. */
export function newJob(order: JobOrder): SandboxJob {
  const { id, request, manifest, now } = order;
  const availableSeconds = manifest.availability?.availableSeconds ?? DEFAULT_AVAILABLE_SECONDS;
  const activation = manifest.availability?.activationTime;
  const asked = activation === undefined ? now : readTime(activation);
  const signers = manifest.signers.map((signer, index) => newSigner(signer, index + 1, order));
  return {
    version: 1,
    id,
    flow: 'portal',
    organizationNumber: order.organizationNumber,
    ...(request.reference === undefined ? {} : { reference: request.reference }),
    pollingQueue: request.pollingQueue ?? '',
    createdAt: now.toISOString(),
    availableSeconds,
    manifest,
    manifestContent: order.manifestContent,
    documents: order.documents,
    signers,
    groups: groupsOf(signers).map((group, index) =>
      index === 0 ? withTurn(group, asked > now ? asked : now, availableSeconds) : group,
    ),
    changes: [],
    handOuts: [],
    confirmations: [],
    plannedNotifications: [],
    notifications: [],
  };
}

function newSigner(asked: PortalSigner, number: number, { id, now }: JobOrder): JobSigner {
  const pin = asked.personalIdentificationNumber;
  const identifier = pin === undefined ? (asked.notifications ?? {}) : { personalIdentificationNumber: pin };
  return {
    number,
    // Seven or eight digits at most, so that it is never taken for a national identity number.
    id: String((Number(id) % 900_000) * 11 + 10 + number),
    name: pin === undefined ? madeUpName(seedOf(identifier)) : personOf(pin).name,
    identifier,
    order: asked.order ?? 0,
    asked,
    ...(pin === undefined ? { securityCode: String(randomInt(100_000, 1_000_000)) } : {}),
    status: 'WAITING',
    since: now.toISOString(),
  };
}

function groupsOf(signers: readonly JobSigner[]): readonly SignerGroup[] {
  const orders = [...new Set(signers.map(({ order }) => order))].sort((one, other) => one - other);
  return orders.map((order) => ({ order, invited: false }));
}
