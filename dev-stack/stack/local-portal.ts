import { join } from 'node:path';
import { rememberedPorts, type SandboxAnnouncement } from '../processes/index.js';

/** Address and settings of a stack's sender portal. */
export interface LocalPortal {
  readonly url: string;
  /** Has the worker send emails, which the sandbox catches. */
  workerSettings(announcement: SandboxAnnouncement): Readonly<Record<string, string>>;
  /** The settings of its process, besides those of a client. */
  settings(announcement: SandboxAnnouncement): Readonly<Record<string, string>>;
}

/** The sender portal of the stack in this folder, on loopback, with the port of the last start and an embedded database. */
export async function portalOf(folder: string): Promise<LocalPortal> {
  const { portal: port } = await rememberedPorts(join(folder, 'portal.ports.json'), ['portal']);
  const listen = `127.0.0.1:${port}`;
  const url = `http://${listen}`;
  return {
    url,
    workerSettings: ({ emails }) => ({
      SIGNERING_SMTP: emails.smtpUrl,
      SIGNERING_EMAIL_FROM: 'signering@example.com',
    }),
    settings: ({ login, organizationNumber, organizationName, pagesUrl }) => {
      if (login === undefined) throw new TypeError('The sandbox runs no log-in service.');
      return {
        SIGNERING_PORTAL_LISTEN: listen,
        SIGNERING_PORTAL_URL: url,
        SIGNERING_PORTAL_DATABASE: `embedded:${join(folder, 'portal-database')}`,
        SIGNERING_PORTAL_ISSUER: login.issuer,
        SIGNERING_PORTAL_CLIENT_ID: login.clientId,
        SIGNERING_PORTAL_CLIENT_SECRET: login.clientSecret,
        SIGNERING_PORTAL_MANAGERS: `${organizationNumber}=${login.manager}`,
        SIGNERING_PORTAL_ORGANIZATIONS: `${organizationNumber}=${organizationName}`,
        SIGNERING_PORTAL_SERVICE_URL: pagesUrl,
      };
    },
  };
}
