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
import type { Sector } from './sector-rules.js';

// Rules for a new order: those of the service and additional ones of this product. They are applied before a
// reference is claimed, and never to a job that was accepted earlier, under older rules.

/** What the order rules depend on besides the order. */
export interface OrderRuleOptions {
  /** The sender's sector. Absent: sector rules are left to the service. */
  readonly sector?: Sector | undefined;
  /** @default on */
  readonly identityNumberCheck?: IdentityNumberCheck | undefined;
}

/** All rules between the parts of a portal order; paths are those of the manifest. */
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

/** All rules between the parts of a direct order; paths are those of the manifest. */
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

/** Each signer must occur once. Our own rule: the service would notify the same person twice. */
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
    const message = `is the same person or address as signers[${first}]`;
    return [{ path: `signers[${index}]`, message, reason: 'SAME_SIGNER' }];
  });
}

/** What the service identifies signers by, normalized. */
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
