import type { Setting } from './setting-table.js';

const PORTAL = ['portal'] as const;

/** The variables that only the sender portal reads. It reads those of a client too. */
export const SENDER_PORTAL_SETTINGS = [
  {
    name: 'SIGNERING_PORTAL_LISTEN',
    meaning:
      'address of the [sender portal](docs/sender-portal.md), `host:port`; behind a reverse proxy that terminates TLS',
    default: '127.0.0.1:8090',
    readBy: PORTAL,
    required: false,
  },
  {
    name: 'SIGNERING_PORTAL_URL',
    meaning:
      "the sender portal's address in browsers, without a path, such as `https://signing.example.com`; http is accepted for a loopback address",
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_DATABASE',
    meaning:
      'PostgreSQL database of the sender portal, `postgresql://user:password@host/name`; for development on a loopback address, `embedded:FOLDER`',
    secret: true,
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_DATABASE_FILE',
    meaning: 'file that holds the address of the database, instead of `SIGNERING_PORTAL_DATABASE`',
    readBy: PORTAL,
    required: false,
  },
  {
    name: 'SIGNERING_PORTAL_ISSUER',
    meaning: 'OpenID Connect issuer with which people log in to the sender portal, https',
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_CLIENT_ID',
    meaning: 'client id of the sender portal at the issuer',
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_CLIENT_SECRET',
    meaning: 'client secret of the sender portal at the issuer',
    secret: true,
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_CLIENT_SECRET_FILE',
    meaning: 'file that holds the client secret, instead of `SIGNERING_PORTAL_CLIENT_SECRET`',
    readBy: PORTAL,
    required: false,
  },
  {
    name: 'SIGNERING_PORTAL_MANAGERS',
    meaning:
      'first account managers of the sender portal, as `organisation=email`, separated by commas: `910000007=anne@example.com`. They add other people in the portal',
    readBy: PORTAL,
    required: true,
  },
  {
    name: 'SIGNERING_PORTAL_ORGANIZATIONS',
    meaning:
      'names that the sender portal shows beside organisation numbers, as `organisation=name`, separated by commas: `910000007=Storvik kommune`',
    readBy: PORTAL,
    required: false,
  },
  {
    name: 'SIGNERING_PORTAL_SERVICE_URL',
    meaning:
      "address of the service's own portal, where people extend deadlines and remind signers, which has no API",
    default: 'https://signering.posten.no',
    readBy: PORTAL,
    required: false,
  },
  {
    name: 'SIGNERING_PORTAL_STOPPED_DOCUMENTS_DAYS',
    meaning:
      'days for which the sender portal keeps the documents of a job that was rejected, expired or cancelled: after that it cannot be sent again',
    default: '90',
    readBy: PORTAL,
    required: false,
  },
] as const satisfies readonly Setting[];
