import { SigningClient, type Signing } from '@signering/client';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import {
  loadSenderPortalSettings,
  warnOfExposedSecrets,
  type Environment,
  type SenderPortalSettings,
} from '@signering/settings';
import { Audit } from './audit.js';
import type { BatchSending } from './batches/batch-check.js';
import { BatchStore } from './batches/batch-store.js';
import { BatchWork } from './batches/batch-work.js';
import { openDatabase } from './database/open-database.js';
import { createSealing } from './database/sealing.js';
import { emailCheck } from './jobs/email-check.js';
import { JobStates } from './jobs/job-states.js';
import { JobStore } from './jobs/job-store.js';
import { MACHINE_CLOCK as clock } from './live/clock.js';
import { JobChanges } from './live/job-changes.js';
import { LiveStreams } from './live/live-streams.js';
import { CALLBACK_PATH } from './login/login-routes.js';
import { createRelyingParty } from './login/relying-party.js';
import { Sessions } from './login/sessions.js';
import { People } from './people/people.js';
import { repeat, type Repeated } from './repeat.js';
import { createServer } from './server/create-server.js';
import type { PortalParts } from './server/portal-parts.js';
import { keepUp } from './upkeep.js';

const BATCHES_EVERY_MS = 5000;
const UPKEEP_EVERY_MS = 60 * 60_000;

/** A running sender portal. */
export interface SenderPortal {
  /** The address in browsers. */
  readonly url: string;
  /** The address on which it listens, such as `http://127.0.0.1:8090`. */
  readonly listensOn: string;
  close(): Promise<void>;
}

/** The argument of {@link startSenderPortal}. */
export interface SenderPortalOptions {
  /** Where the settings are read from. */
  readonly env: Environment;
  /** Called with one sentence about an internal error or an exposed secret, without personal data. */
  readonly report: (sentence: string) => void;
}

/**
 * Starts the sender portal of these settings.
 * @throws INVALID_SETTINGS, also if the address is taken or the database cannot be used; what `SigningClient.connect` throws
 */
export async function startSenderPortal({ env, report }: SenderPortalOptions): Promise<SenderPortal> {
  const settings = loadSenderPortalSettings(env);
  const client = await SigningClient.connect({ settings: settings.client });
  try {
    const batchesOf = (organization: string): BatchSending =>
      organization === settings.client.organizationNumber ? client : client.forSender(organization);
    const now = (): Date => new Date();
    const { server, startWork, close } = await openPortal({ settings, client, batchesOf, report, now });
    let listensOn: string;
    try {
      listensOn = await server.listen(settings.listen);
    } catch (cause) {
      await close();
      const { host, port } = settings.listen;
      const message = `${host}:${port} cannot be listened on (${errorCodeOf(cause) ?? 'unknown error'}): choose another address`;
      const problem = { path: 'SIGNERING_PORTAL_LISTEN', message };
      throw new InvalidInputError('INVALID_SETTINGS', 'The sender portal cannot start', [problem], { cause });
    }
    startWork();
    for (const warning of warnOfExposedSecrets(env)) report(warning);
    return {
      url: settings.url,
      listensOn,
      close: async () => {
        await close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** The argument of {@link openPortal}. */
export interface OpenPortalOptions {
  readonly settings: SenderPortalSettings;
  /** Sends for the organisation of the settings, and by `forSender` for others. */
  readonly client: Signing;
  /** Sends the batches of an organisation. */
  readonly batchesOf: (organization: string) => BatchSending;
  readonly report: (sentence: string) => void;
  readonly now: () => Date;
}

/** The portal on its database and client, without an address. @throws INVALID_SETTINGS if the database cannot be used */
export async function openPortal({ settings, client, batchesOf, report, now }: OpenPortalOptions) {
  const database = await openDatabase(settings.database);
  const { tables } = database;
  const sealing = createSealing(settings.client.keys);
  const jobs = new JobStore(tables, sealing, now);
  const people = new People(tables, sealing, now);
  const clientOf = (organization: string): Signing =>
    organization === settings.client.organizationNumber ? client : client.forSender(organization);
  const { url } = settings;
  const states = new JobStates({ jobs, sealing, people, url, clientOf, now, report });
  const sessions = new Sessions(tables, now);
  const changes = new JobChanges({ tables, clock, report });
  const live = new LiveStreams({ sessions, changes, clock, report });
  const batches = new BatchStore(tables, sealing, now);
  const { documents } = jobs;
  const batchWork = new BatchWork({
    batches: batches.work,
    documents,
    people,
    url,
    batchesOf,
    now,
    report,
  });
  const parts: PortalParts = {
    database,
    sealing,
    sessions,
    live,
    sendsEmails: emailCheck(client, now),
    people,
    jobs,
    states,
    batches,
    batchWork,
    audit: new Audit(tables, now),
    login: createRelyingParty({ ...settings.login, redirectUri: `${url}${CALLBACK_PATH}` }),
    clientOf,
    organizationNames: settings.organizationNames,
    batchesOf,
    url,
    serviceUrl: settings.serviceUrl,
    now,
    report,
  };
  for (const { personId, organization } of await people.addFirstManagers(settings.managers)) {
    await parts.audit.write({ action: 'ROLE_GIVEN', organization, detail: `ACCOUNT_MANAGER ${personId}` });
  }
  const server = createServer(parts);
  const { stoppedDocumentsDays } = settings;
  const upkeep = { tables, sealing, people, stoppedDocumentsDays, now, report };
  let repeated: readonly Repeated[] = [];
  /** Starts what goes on in the background. */
  const startWork = (): void => {
    states.start();
    repeated = [
      repeat(() => batchWork.round(), { everyMs: BATCHES_EVERY_MS, report, what: 'The work on batches' }),
      repeat((signal) => keepUp(upkeep, signal), {
        everyMs: UPKEEP_EVERY_MS,
        report,
        what: "The upkeep of the portal's database",
      }),
    ];
  };
  const close = async (): Promise<void> => {
    await Promise.all([states.stop(), batchWork.stop(), ...repeated.map((one) => one.stop())]);
    live.close();
    await server.close();
    await database.close();
  };
  return { server, states, parts, startWork, close };
}
