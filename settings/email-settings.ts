import { whatIsWrongWithEmailAddress, type Problem } from '@signering/schema';
import { LOOPBACK_HOSTS } from './listen-address.js';

/** The mail server of a worker, and the sender's address of its emails. */
export interface EmailSettings {
  readonly from: string;
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    /** `NONE` only for a server on this machine. */
    readonly encryption: 'TLS' | 'STARTTLS' | 'NONE';
    readonly user?: string;
    readonly password?: string;
  };
}

const SMTP_FORM =
  'must be smtps://[user:password@]host[:port], or smtp:// for a server that offers STARTTLS; user and password percent-encoded';

/** Default ports. Spec: RFC 8314, section 7. */
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 };

/** Reads the mail server; adds mistakes, without values, to `problems`. @returns undefined where none is set */
export function readEmailSettings(
  {
    SIGNERING_SMTP: url,
    SIGNERING_EMAIL_FROM: from,
  }: { readonly SIGNERING_SMTP?: string | undefined; readonly SIGNERING_EMAIL_FROM?: string | undefined },
  problems: Problem[],
): EmailSettings | undefined {
  const smtp = url === undefined ? undefined : parseSmtpUrl(url);
  if (url !== undefined && smtp === undefined) problems.push({ path: 'SIGNERING_SMTP', message: SMTP_FORM });
  const wrong = from === undefined ? undefined : whatIsWrongWithEmailAddress(from);
  if (wrong !== undefined) problems.push({ path: 'SIGNERING_EMAIL_FROM', message: wrong });
  if ((url === undefined) !== (from === undefined)) {
    const path = url === undefined ? 'SIGNERING_SMTP' : 'SIGNERING_EMAIL_FROM';
    problems.push({ path, message: 'is not set; emails need SIGNERING_SMTP and SIGNERING_EMAIL_FROM' });
  }
  return smtp === undefined || from === undefined || wrong !== undefined ? undefined : { from, smtp };
}

function parseSmtpUrl(text: string): EmailSettings['smtp'] | undefined {
  // Only of special schemes does URL read hosts as such.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const byDefault = PORTS[url?.protocol ?? ''];
  if (url === undefined || byDefault === undefined || url.hostname === '') return undefined;
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') return undefined;
  try {
    const user = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    if ((user === '') !== (password === '')) return undefined;
    const isLocal = LOOPBACK_HOSTS.includes(url.hostname);
    return {
      host: url.hostname.replace(/^\[|\]$/gu, ''),
      port: url.port === '' ? byDefault : Number(url.port),
      encryption: url.protocol === 'smtps:' ? 'TLS' : isLocal ? 'NONE' : 'STARTTLS',
      ...(user !== '' && { user, password }),
    };
  } catch {
    return undefined;
  }
}
