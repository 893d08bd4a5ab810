import { errorCodeOf } from '@signering/schema';

/** Why a request gets a page that refuses it, with the status of the answer. Each language has a text for each. */
export const REFUSALS = {
  LOGIN_REFUSED: 403,
  LOGIN_UNAVAILABLE: 503,
  SESSION_ENDED: 401,
  NOT_A_MEMBER: 403,
  ROLE_MISSING: 403,
  FORM_REFUSED: 403,
  NOT_FOUND: 404,
  NO_LONGER_A_DRAFT: 409,
  NOT_STOPPED: 409,
  LAST_MANAGER: 409,
  OF_SEVERAL_ORGANIZATIONS: 409,
  TOO_LATE: 409,
  TOO_LARGE: 413,
  INVALID_REQUEST: 400,
  UNAVAILABLE: 503,
  FAILED: 500,
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** Ends a request with a page that says why. */
export class PortalRefusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'PortalRefusal';
    this.reason = reason;
  }

  get status(): number {
    return REFUSALS[this.reason];
  }

  /** The same request may succeed soon. */
  get isTemporary(): boolean {
    return this.status >= 500;
  }
}

/** What the log says of an error: its code or else its name. Messages may have personal data. */
export function nameOfError(error: unknown): string {
  return error instanceof Error ? (errorCodeOf(error) ?? error.name) : 'unknown';
}
