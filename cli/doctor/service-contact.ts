import { SigningError } from '@signering/schema';
import type { EnterpriseCertificate } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';

/** The argument of {@link contactService}. */
export interface ServiceContactOptions {
  readonly apiUrl: string;
  /** The sender's, nine digits. */
  readonly organizationNumber: string;
  /** That must stand in the service's certificate, nine digits. */
  readonly serverOrganizationNumber: string;
  /** CA certificates as PEM. */
  readonly trustedCertificates: readonly string[];
  /** An HTTP proxy on the way there. */
  readonly proxy: string | undefined;
  readonly userAgentSuffix: string | undefined;
  readonly certificate: EnterpriseCertificate;
}

/** The result of the call that verifies certificate and authorisation. */
export interface ServiceContact {
  /** Whether the service answered anything at all: then the connection was made, and was trusted on both sides. */
  readonly answered: boolean;
  /**
   * How far this machine's clock is ahead of the service's, in milliseconds, up to a second off; negative when it is
   * behind. Absent where no answer told the time.
   */
  readonly aheadMs?: number;
  /** What it said, when it let us in. */
  readonly words?: string;
  /** Why it did not. */
  readonly failure?: SigningError;
}

const TIMEOUTS = { connectTimeoutMs: 10_000, answerTimeoutMs: 15_000 };

/** The service tells whole seconds: on average it is half a second later than it says. */
const HALF_A_SECOND_MS = 500;

/** Makes the one call that has no effect. */
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
        if (entry.date === undefined) return;
        const halfWay = Date.now() - entry.durationMs / 2;
        aheadMs = halfWay - (entry.date.getTime() + HALF_A_SECOND_MS);
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
