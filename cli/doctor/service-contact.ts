import { SigningError } from '@signering/schema';
import type { EnterpriseCertificate } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';

/** The argument of {@link contactService}. */
export interface ServiceContactOptions {
  readonly apiUrl: string;
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The organisation number that the service's certificate must contain, nine digits. */
  readonly serverOrganizationNumber: string;
  /** CA certificates as PEM. */
  readonly trustedCertificates: readonly string[];
  /** An HTTP proxy. */
  readonly proxy: string | undefined;
  readonly userAgentSuffix: string | undefined;
  readonly certificate: EnterpriseCertificate;
}

/** Result of the call that verifies certificate and authorisation. */
export interface ServiceContact {
  /** Whether the service responded at all: then the connection was established and trusted on both sides. */
  readonly answered: boolean;
  /**
   * How far this machine's clock is ahead of the service's, in milliseconds, with an error of up to a second;
   * negative if it is behind. Absent if no response had a time.
   */
  readonly aheadMs?: number;
  /** The service's text after successful authorisation. */
  readonly words?: string;
  /** Why authorisation failed. */
  readonly failure?: SigningError;
}

const TIMEOUTS = { connectTimeoutMs: 10_000, answerTimeoutMs: 15_000 };

/** The service's time has a resolution of a second: on average it is half a second later. */
const HALF_A_SECOND_MS = 500;

/** Makes the only call without an effect. */
export async function contactService(options: ServiceContactOptions): Promise<ServiceContact> {
  const { apiUrl, organizationNumber, serverOrganizationNumber, certificate } = options;
  const { trustedCertificates, proxy, userAgentSuffix } = options;
  let answered = false;
  let aheadMs: number | undefined;
  const api = createSigningApi({
    apiUrl,
    certificate,
    trustedCertificates,
    serverOrganizationNumber,
    ...(proxy !== undefined && { proxy }),
    ...(userAgentSuffix !== undefined && { userAgentSuffix }),
    timeouts: TIMEOUTS,
    log: {
      write: (entry) => {
        if (entry.event !== 'ANSWER') return;
        answered = true;
        if (entry.servedAt === undefined) return;
        const halfWay = Date.now() - entry.durationMs / 2;
        aheadMs = halfWay - (Date.parse(entry.servedAt) + HALF_A_SECOND_MS);
      },
    },
  });
  try {
    const outcome = await api.probe({ organizationNumber }).then(
      (words) => ({ words }),
      (error: unknown) => {
        if (error instanceof SigningError) return { failure: error };
        throw error;
      },
    );
    const clock = aheadMs === undefined ? {} : { aheadMs };
    return { answered, ...clock, ...outcome };
  } finally {
    await api.close();
  }
}
