import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ADMIN_PATH, createAdminServer } from './admin/admin-server.js';
import { answerApiCall } from './api/answer-api-call.js';
import type { CertificateFile, Identities } from './identities.js';
import { smtpUrlOf, startEmailCatcher, type EmailCatcher } from './emails/caught-emails.js';
import { HOST, listen } from './listen.js';
import type { LoginProvider, LoginProviderAnnouncement } from './login/login-provider.js';
import { ORGANIZATIONS, SERVICE_ORGANIZATION } from './organizations.js';
import { refuseSecondSandbox } from './refuse-second-sandbox.js';
import { openSandboxParts } from './open-sandbox-parts.js';
import type { SandboxUrls } from './sandbox-parts.js';
import { clearUnfinishedWrites } from './state/durable-file.js';
import { readPlace, rememberPlace } from './state/remembered-place.js';
import { createApiServer } from './tls/api-server.js';
import { InvalidInputError } from '@signering/schema';

export interface SandboxOptions {
  /** Port of the API. 0: the previous one of this state folder if that is free, otherwise any. */
  readonly port: number;
  /** Folder of the state; created if missing. */
  readonly stateFolder: string;
  /** Time from an empty queue to the next permitted poll, in milliseconds of the sandbox's clock. */
  readonly emptyQueueWaitMs: number;
  /**
   * Calls that an organisation may make in a second before the sandbox blocks it for 30 seconds; Infinity: it counts no calls.
   * @default 10, as the service
   */
  readonly callsPerSecond?: number | undefined;
  /** Origin of a sender portal: starts an OpenID Connect issuer with which people log in to it. @default none */
  readonly senderPortalUrl?: string | undefined;
  /** Called for each unexpected event with one line without personal data. @default standard error */
  readonly report?: ((line: string) => void) | undefined;
}

/** A certificate of an organisation other than the private sender. */
export interface OtherCertificate extends CertificateFile {
  readonly organizationNumber: string;
}

/** Everything that a client of the sandbox needs; `signering sandbox` prints it as one line of JSON. */
export interface SandboxAnnouncement extends SandboxUrls {
  /** Of the private sender. */
  readonly organizationNumber: string;
  /** Of the private sender. */
  readonly organizationName: string;
  /** Of the service: clients compare the server's certificate with it. */
  readonly serverOrganizationNumber: string;
  /** Of the private sender. */
  readonly certificate: CertificateFile;
  readonly otherCertificates: Readonly<Record<'publicSender' | 'broker' | 'unauthorized', OtherCertificate>>;
  /** A PEM file with the CA certificates that clients trust. */
  readonly trustedCertificates: string;
  /** A mail server that catches what workers send to people of senders, for `SIGNERING_SMTP`, and the page that shows it. */
  readonly emails: { readonly smtpUrl: string; readonly pageUrl: string };
  /** With a sender portal: the issuer of its log-in. */
  readonly login?: LoginProviderAnnouncement;
}

/** A running sandbox. `await using` closes it. */
export interface Sandbox extends AsyncDisposable {
  readonly announcement: SandboxAnnouncement;
  /** Closes all connections; held calls get no response. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox standing in for Posten signering. It continues from the state folder, also after a crash of the process
 * that wrote it.
 * @throws INVALID_SETTINGS if the port is taken, another sandbox runs on the folder, or the folder is unreadable; VERSION_NOT_SUPPORTED
 * if a later version of the sandbox wrote it
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const stateFolder = resolve(options.stateFolder);
  const report = options.report ?? ((line) => void process.stderr.write(`${line}\n`));
  await makeStateFolder(stateFolder);
  const place = await readPlace(stateFolder);
  await refuseSecondSandbox(place, stateFolder);
  await clearUnfinishedWrites(stateFolder);
  const ending = new AbortController();
  let urls: SandboxUrls = { apiUrl: '', pagesUrl: '', adminUrl: '' };
  const parts = await openSandboxParts({
    stateFolder,
    emptyQueueWaitMs: options.emptyQueueWaitMs,
    callsPerSecond: options.callsPerSecond,
    urls: () => urls,
    elapsedMs: () => performance.now(),
    ending: ending.signal,
    report,
  });
  const api = createApiServer({
    identities: parts.identities,
    answer: async (call) => await answerApiCall(parts, call),
    now: () => parts.clock.now(),
    report,
  });
  const admin = createAdminServer({
    parts,
    stateId: place.stateId,
    readiness: async () => ({ api: api.listener.listening, state: await isWritable(stateFolder) }),
  });
  let login: LoginProvider | undefined;
  let catcher: EmailCatcher | undefined;
  const close = async (): Promise<void> => {
    await login?.close();
    await catcher?.close();
    api.disconnect();
    ending.abort();
    parts.holds.releaseAll('SANDBOX_ENDED');
    await api.finished();
    await admin.close();
    await parts.ledger.close();
  };
  try {
    await admin.ready();
    const adminPort = await listen(admin.server, { port: 0, remembered: place.adminPort });
    const apiPort = await listen(api.listener, { port: options.port, remembered: place.apiPort });
    urls = {
      apiUrl: `https://${HOST}:${apiPort}/api`,
      pagesUrl: `http://${HOST}:${adminPort}/pages`,
      adminUrl: `http://${HOST}:${adminPort}${ADMIN_PATH}`,
    };
    catcher = await startEmailCatcher(parts.emails, place.smtpPort);
    const { port: smtpPort } = catcher;
    await rememberPlace(stateFolder, { stateId: place.stateId, apiPort, adminPort, smtpPort });
    if (options.senderPortalUrl !== undefined) {
      const { startLoginProvider } = await import('./login/login-provider.js');
      login = await startLoginProvider({ stateFolder, portalUrl: options.senderPortalUrl });
    }
  } catch (error) {
    await close();
    throw error;
  }
  const announcement = {
    ...announce(urls, parts.identities),
    emails: { smtpUrl: smtpUrlOf(catcher), pageUrl: `${urls.pagesUrl}/emails` },
    ...(login !== undefined && { login: login.announcement }),
  };
  return { announcement, close, [Symbol.asyncDispose]: close };
}

function announce(
  urls: SandboxUrls,
  { certificateFiles, trustedCertificates }: Identities,
): Omit<SandboxAnnouncement, 'emails'> {
  const other = (key: 'publicSender' | 'broker' | 'unauthorized'): OtherCertificate => ({
    ...certificateFiles[key],
    organizationNumber: ORGANIZATIONS[key].organizationNumber,
  });
  return {
    ...urls,
    organizationNumber: ORGANIZATIONS.privateSender.organizationNumber,
    organizationName: ORGANIZATIONS.privateSender.name,
    serverOrganizationNumber: SERVICE_ORGANIZATION.organizationNumber,
    certificate: certificateFiles.privateSender,
    otherCertificates: {
      publicSender: other('publicSender'),
      broker: other('broker'),
      unauthorized: other('unauthorized'),
    },
    trustedCertificates,
  };
}

async function isWritable(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function makeStateFolder(stateFolder: string): Promise<void> {
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `${stateFolder} is not a folder and cannot be created; choose another`;
    throw new InvalidInputError(
      'INVALID_SETTINGS',
      'The sandbox cannot start',
      [{ path: 'state', message }],
      {
        cause,
      },
    );
  }
}
