import { randomInt } from 'node:crypto';
import { personOf, seedOf } from '../people.js';
import { withTurn } from './job-life.js';
import type {
  AskedOfSigner,
  DirectTerms,
  JobManifest,
  JobSigner,
  SandboxJob,
  SignerGroup,
  SigningFlow,
  StoredContent,
  StoredDocument,
} from './job.js';
import { madeUpName } from './made-up-name.js';

/** Thirty days, if the request has no availability; always in the direct flow. Spec: the flows' documentation. */
const DEFAULT_AVAILABLE_SECONDS = 30 * 24 * 60 * 60;

/** A signer of a request. */
export interface OrderedSigner extends Pick<JobSigner, 'identifier' | 'order'> {
  readonly asked: AskedOfSigner;
  /** Whether a one-time code opens the ceremony. */
  readonly hasCode: boolean;
}

/** A requested job. */
export interface JobOrder {
  readonly id: string;
  readonly flow: SigningFlow;
  readonly organizationNumber: string;
  readonly reference?: string | undefined;
  readonly pollingQueue?: string | undefined;
  readonly manifest: JobManifest;
  readonly signers: readonly OrderedSigner[];
  /** Absent or in the past: immediately. */
  readonly activation?: Date | undefined;
  readonly availableSeconds?: number | undefined;
  readonly direct?: DirectTerms;
  readonly manifestContent: StoredContent;
  readonly documents: readonly StoredDocument[];
  readonly now: Date;
}

/** Creates a job: all signers wait, and the first group's time begins at the activation time, or now if that is past. */
export function newJob(order: JobOrder): SandboxJob {
  const { id, flow, reference, now, direct, activation = now } = order;
  const availableSeconds = order.availableSeconds ?? DEFAULT_AVAILABLE_SECONDS;
  const signers = order.signers.map((signer, index) => newSigner(signer, index + 1, order));
  return {
    version: 1,
    id,
    flow,
    organizationNumber: order.organizationNumber,
    ...(reference === undefined ? {} : { reference }),
    pollingQueue: order.pollingQueue ?? '',
    createdAt: now.toISOString(),
    availableSeconds,
    manifest: order.manifest,
    manifestContent: order.manifestContent,
    documents: order.documents,
    signers,
    ...(direct === undefined ? {} : { direct }),
    groups: groupsOf(signers).map((group, index) =>
      index === 0 ? withTurn(group, activation > now ? activation : now, availableSeconds) : group,
    ),
    changes: [],
    handOuts: [],
    confirmations: [],
    plannedNotifications: [],
    notifications: [],
  };
}

function newSigner(signer: OrderedSigner, number: number, { id, now }: JobOrder): JobSigner {
  const { asked, identifier, order, hasCode } = signer;
  const pin = asked.personalIdentificationNumber;
  return {
    number,
    // At most eight digits, so that it cannot be mistaken for a national identity number.
    id: String((Number(id) % 900_000) * 11 + 10 + number),
    name: pin === undefined ? madeUpName(seedOf(identifier)) : personOf(pin).name,
    identifier,
    order,
    asked,
    ...(hasCode ? { securityCode: String(randomInt(100_000, 1_000_000)) } : {}),
    status: 'WAITING',
    since: now.toISOString(),
  };
}

function groupsOf(signers: readonly JobSigner[]): readonly SignerGroup[] {
  const orders = [...new Set(signers.map(({ order }) => order))].sort((one, other) => one - other);
  return orders.map((order) => ({ order, invited: false }));
}
