import type { Problem } from '../errors.js';
import { problemsOfDirectManifest, type RuledDirectManifest } from './direct-rules.js';
import { problemsOfDocumentList } from './document-list.js';
import { normalEmailAddress } from './email-address.js';
import { whatIsWrongWithIdentityNumber, type IdentityNumberCheck } from './identity-number.js';
import { normalMobileNumber } from './mobile-number.js';
import {
  problemsOfPortalManifest,
  type RuledPortalManifest,
  type RuledPortalSigner,
} from './portal-rules.js';
import type { Sector } from './sector.js';

// The rules for a new order: those of the service, and those that only this product has. They are applied before a
// reference is claimed, and never to a job that was taken before, under older rules.

/** What the rules for an order depend on besides the order. */
export interface OrderRuleOptions {
  /** The sender's. Absent: the rules that depend on it are the service's to apply. */
  readonly sector?: Sector | undefined;
  /** @default on */
  readonly identityNumberCheck?: IdentityNumberCheck | undefined;
}

/** All rules between the parts of an order in the portal flow; paths are those of the manifest. */
export function problemsOfPortalOrder(
  order: RuledPortalManifest,
  { sector, identityNumberCheck }: OrderRuleOptions,
): readonly Problem[] {
  return [
    ...problemsOfDocumentList(order.documents),
    ...problemsOfPortalManifest(order, sector),
    ...problemsOfRepeatedSigners(order.signers),
    ...order.signers.flatMap((signer, index) =>
      problemsOfIdentityNumber(
        signer?.personalIdentificationNumber,
        `signers[${index}].personalIdentificationNumber`,
        identityNumberCheck,
      ),
    ),
  ];
}

/** All rules between the parts of an order in the direct flow; paths are those of the manifest. */
export function problemsOfDirectOrder(
  order: RuledDirectManifest,
  { sector, identityNumberCheck }: OrderRuleOptions,
): readonly Problem[] {
  return [
    ...problemsOfDocumentList(order.documents),
    ...problemsOfDirectManifest(order, sector),
    ...order.signers.flatMap((signer, index) =>
      problemsOfIdentityNumber(
        signer?.identifier.personalIdentificationNumber,
        `signers[${index}].identifier.personalIdentificationNumber`,
        identityNumberCheck,
      ),
    ),
  ];
}

function problemsOfIdentityNumber(
  number: unknown,
  path: string,
  check: IdentityNumberCheck | undefined,
): readonly Problem[] {
  const message = typeof number === 'string' ? whatIsWrongWithIdentityNumber(number, check) : undefined;
  return message === undefined ? [] : [{ path, message }];
}

/** A signer stands in an order once. Our rule: the service would notify that person twice. */
function problemsOfRepeatedSigners(signers: readonly (RuledPortalSigner | undefined)[]): readonly Problem[] {
  const seen = new Map<string, number>();
  return signers.flatMap((signer, index) => {
    const identity = signer === undefined ? undefined : identityOf(signer);
    if (identity === undefined) return [];
    const first = seen.get(identity);
    if (first === undefined) {
      seen.set(identity, index);
      return [];
    }
    return [{ path: `signers[${index}]`, message: `is the same person or address as signers[${first}]` }];
  });
}

/** By what the service tells signers apart, in a form that all spellings share. */
function identityOf({
  personalIdentificationNumber: pin,
  notifications,
}: RuledPortalSigner): string | undefined {
  if (typeof pin === 'string') return `pin ${pin}`;
  const { emailAddress: email, mobileNumber: mobile } = notifications ?? {};
  if (typeof email !== 'string' && typeof mobile !== 'string') return undefined;
  return JSON.stringify([
    typeof email === 'string' ? (normalEmailAddress(email) ?? email) : '',
    typeof mobile === 'string' ? normalMobileNumber(mobile) : '',
  ]);
}
