/** What a caller may do. MASKED and FULL decode, ENCODE encodes. */
export const ROLES = ['MASKED', 'FULL', 'ENCODE'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** The bearer of a valid token. */
export interface Caller {
  /** The caller's name in the audit log. */
  readonly who: string;
  /** Empty: the token grants nothing here. */
  readonly roles: ReadonlySet<Role>;
}

/** Verifies tokens. */
export interface Authentication {
  /** Whether the token may stand in the path, because Temporal Web sends no authorization in development. */
  readonly tokenInPath: boolean;
  /**
   * The bearer of a token.
   * @throws CodecRefusal UNAUTHENTICATED for an invalid token, ISSUER_UNAVAILABLE
   */
  callerOf(token: string): Promise<Caller>;
  /** Whether tokens can be verified now. */
  isReady(): Promise<boolean>;
}
