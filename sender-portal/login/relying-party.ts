import * as oidc from 'openid-client';
import { PortalRefusal } from '../portal-refusal.js';

/** A log-in that begins: where the browser goes, and what the callback is checked against. */
export interface BegunLogin {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Who the issuer says has logged in. */
export interface LoggedInUser {
  /** The same for each log-in of the person, and for no other person: issuer and subject. */
  readonly subject: string;
  /** Only an address that the issuer has verified. */
  readonly emailAddress?: string;
  readonly name?: string;
}

/** The portal as a client of an OpenID Connect issuer. */
export interface RelyingParty {
  /** @throws PortalRefusal LOGIN_UNAVAILABLE */
  begin(): Promise<BegunLogin>;
  /**
   * Exchanges the code of a callback for the person: state, nonce, PKCE, signature, issuer and audience are checked.
   * @throws PortalRefusal LOGIN_REFUSED, LOGIN_UNAVAILABLE
   */
  finish(callback: URL, begun: Omit<BegunLogin, 'url'>): Promise<LoggedInUser>;
  /** Whether the issuer answers. Asks it at most every five seconds, however often this is called. */
  isReady(): Promise<boolean>;
}

/** The argument of {@link createRelyingParty}. */
export interface RelyingPartyOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The callback, as it is registered at the issuer. */
  readonly redirectUri: string;
  /** Milliseconds of a clock that is never set. @default performance.now */
  readonly monotonicNow?: () => number;
}

/** How long an answer of the issuer stands for {@link RelyingParty.isReady}. */
const ANSWER_STANDS_MS = 5000;

/** Spec: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 (issuer in the callback). */
export function createRelyingParty(options: RelyingPartyOptions): RelyingParty {
  const { issuer, clientId, clientSecret, redirectUri } = options;
  const { monotonicNow = () => performance.now() } = options;
  let discovered: Promise<oidc.Configuration> | undefined;
  let asked: { readonly at: number; readonly answers: Promise<boolean> } | undefined;
  const configuration = async (): Promise<oidc.Configuration> => {
    discovered ??= discover();
    try {
      return await discovered;
    } catch (cause) {
      // The issuer may answer later.
      discovered = undefined;
      throw new PortalRefusal('LOGIN_UNAVAILABLE', { cause });
    }
  };
  const discover = (): Promise<oidc.Configuration> => {
    const url = new URL(issuer);
    // Settings accept http for a loopback address only; the library marks the function as deprecated to warn of other uses.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    const insecure = url.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : { execute: [] };
    // The signature of ID tokens is checked too, not only the TLS connection over which they come.
    const signed = { execute: [oidc.enableNonRepudiationChecks, ...insecure.execute] };
    return oidc.discovery(url, clientId, undefined, oidc.ClientSecretBasic(clientSecret), signed);
  };
  return {
    begin: async () => {
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const codeVerifier = oidc.randomPKCECodeVerifier();
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state, nonce, codeVerifier };
    },
    finish: async (callback, { state, nonce, codeVerifier }) => {
      const config = await configuration();
      try {
        const tokens = await oidc.authorizationCodeGrant(config, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new TypeError('The issuer sent no ID token.');
        // Many issuers put the email address into the user info alone.
        const { sub, iss } = claims;
        const hasUserInfo = config.serverMetadata().userinfo_endpoint !== undefined;
        const info = hasUserInfo ? await oidc.fetchUserInfo(config, tokens.access_token, sub) : {};
        return userOf(`${iss} ${sub}`, { ...claims, ...info });
      } catch (cause) {
        throw new PortalRefusal(isOutage(cause) ? 'LOGIN_UNAVAILABLE' : 'LOGIN_REFUSED', { cause });
      }
    },
    // Asked anew, so that the issuer's absence is seen; log-ins go on with the metadata that was read before.
    isReady: async () => {
      const at = monotonicNow();
      if (asked === undefined || at - asked.at >= ANSWER_STANDS_MS) {
        asked = {
          at,
          answers: discover().then(
            () => true,
            () => false,
          ),
        };
      }
      return await asked.answers;
    },
  };
}

/** The issuer did not answer, or with a server error. Anything else is a refusal of this log-in. */
function isOutage(error: unknown): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  if (error instanceof DOMException) return ['TimeoutError', 'AbortError'].includes(error.name);
  const cause = error instanceof Error ? error.cause : undefined;
  const status = cause instanceof Response ? cause.status : (error as { readonly status?: unknown }).status;
  if (typeof status === 'number' && status >= 500) return true;
  return cause instanceof Error && isOutage(cause);
}

function userOf(subject: string, claims: Readonly<Record<string, unknown>>): LoggedInUser {
  const { email, name, email_verified: isVerified } = claims;
  return {
    subject,
    // An unverified address could be that of another person.
    ...(typeof email === 'string' && isVerified === true && { emailAddress: email }),
    ...(typeof name === 'string' && { name }),
  };
}
