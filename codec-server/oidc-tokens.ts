import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import type { CodecOidcSettings } from '@signering/settings';
import type { Authentication, Role } from './caller.js';
import { CodecRefusal } from './codec-error.js';

/** Signatures with public keys only: with HMAC the public key set could sign. Spec: RFC 7518, 3.1; RFC 8037, 3.1. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Accepts the JSON Web Tokens of an OpenID Connect issuer: signature, issuer, audience and times are verified. The
 * keys of the issuer are fetched on demand, and again when a token names an unknown one.
 * Spec: RFC 7519; OpenID Connect Core 1.0, 3.1.3.7.
 */
export function oidcTokens(settings: CodecOidcSettings): Authentication {
  const { issuer, audience, jwksUrl, roleNames } = settings;
  const keySet = createRemoteJWKSet(new URL(jwksUrl));
  const roleOf = new Map<string, Role>([
    [roleNames.masked, 'MASKED'],
    [roleNames.full, 'FULL'],
    [roleNames.encode, 'ENCODE'],
  ]);
  return {
    tokenInPath: false,
    callerOf: async (token) => {
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      }).catch((error: unknown) => {
        throw refusalOf(error);
      });
      const granted = textsOf(claimOf(payload, settings.rolesClaim)).flatMap(
        (name) => roleOf.get(name) ?? [],
      );
      const name = claimOf(payload, settings.nameClaim);
      const who = typeof name === 'string' ? name : (payload.sub ?? '');
      return { who, roles: new Set(granted) };
    },
    isReady: async () => {
      if (keySet.fresh) return true;
      return await keySet.reload().then(
        () => true,
        () => false,
      );
    },
  };
}

/** A claim by its name, which may itself contain dots or slashes, or by its path. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      payload,
    );
}

/** A list of texts, or a text with blanks as in the claim `scope`. Spec: RFC 8693, 4.2. */
function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((text) => text !== '');
  return Array.isArray(claim) ? claim.filter((one): one is string => typeof one === 'string') : [];
}

function refusalOf(error: unknown): CodecRefusal {
  const isOfToken = error instanceof errors.JOSEError && !KEY_SET_FAILURES.includes(error.code);
  if (!isOfToken) {
    return new CodecRefusal(
      'ISSUER_UNAVAILABLE',
      'The token cannot be verified, because the keys of its issuer (SIGNERING_CODEC_JWKS) cannot be fetched. Try again.',
      error,
    );
  }
  const reason =
    error instanceof errors.JWTExpired
      ? 'it has expired: sign in again'
      : error instanceof errors.JWTClaimValidationFailed
        ? `its claim ${error.claim} is missing or has another value than this codec server requires`
        : error instanceof errors.JWKSMultipleMatchingKeys
          ? 'it names no key (kid), and its issuer has several'
          : 'it is not a token that the configured issuer signed';
  return new CodecRefusal('UNAUTHENTICATED', `The token is not accepted: ${reason}.`, error);
}

/** The first is the generic code, such as for a response other than 200. */
const KEY_SET_FAILURES: readonly string[] = [
  errors.JOSEError.code,
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
];
