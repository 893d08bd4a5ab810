import type { Problem } from '../errors.js';
import { whatIsWrongWithActivationTime } from './activation-time.js';
import type { RuledManifest } from './ruled-manifest.js';
import { problemsOfSender, problemsOfSignature, type Sector } from './sector-rules.js';

/** Time for a group of signers where a job names none, in seconds: 30 days. Spec: posten signering, availability. */
export const DEFAULT_AVAILABLE_SECONDS = 30 * 24 * 60 * 60;
/** Longest time for a group of signers, in seconds: 90 days. Spec: portal.xsd, available-seconds. */
export const MAX_AVAILABLE_SECONDS = 7_776_000;
/** Names the unit and both limits, for every number that is refused. */
export const AVAILABLE_SECONDS_MESSAGE = `must be whole seconds, from 1 to ${MAX_AVAILABLE_SECONDS} (90 days), not milliseconds`;

/** The members of a portal signer that the rules use. */
export interface RuledPortalSigner {
  readonly personalIdentificationNumber?: unknown;
  readonly signatureType?: unknown;
  readonly notifications?: { readonly emailAddress?: unknown; readonly mobileNumber?: unknown };
  readonly notificationsUsingLookup?: unknown;
  readonly onBehalfOf?: unknown;
}

/** The members of a portal job's manifest that the rules use. */
export interface RuledPortalManifest extends RuledManifest {
  /** `undefined` for a value that is not a signer. */
  readonly signers: readonly (RuledPortalSigner | undefined)[];
  readonly availability?: { readonly availableSeconds?: unknown; readonly activationTime?: unknown };
}

/**
 * Problems of a portal job that the service rejects although the schema accepts them; paths are those of the
 * manifest. Sector rules apply only if the sector is known. Spec: portal.xsd, portal-signer, availability.
 */
export function problemsOfPortalManifest(manifest: RuledPortalManifest, sector?: Sector): readonly Problem[] {
  return [
    ...problemsOfSender(manifest, sector),
    ...problemsOfAvailability(manifest),
    ...manifest.signers.flatMap((signer, index) => {
      if (signer === undefined) return [];
      const path = `signers[${index}]`;
      const ruled = {
        path,
        pinPath: `${path}.personalIdentificationNumber`,
        isAddressedByPin: isGiven(signer.personalIdentificationNumber),
        signatureType: signer.signatureType,
      };
      return [...problemsOfReaching(signer, path, sector), ...problemsOfSignature(manifest, ruled, sector)];
    }),
  ];
}

function problemsOfAvailability({ availability }: RuledPortalManifest): readonly Problem[] {
  const { availableSeconds, activationTime } = availability ?? {};
  const problems: Problem[] = [];
  if (typeof availableSeconds === 'number' && availableSeconds > MAX_AVAILABLE_SECONDS) {
    problems.push({ path: 'availability.availableSeconds', message: AVAILABLE_SECONDS_MESSAGE });
  }
  if (typeof activationTime === 'string' || activationTime instanceof Date) {
    const message = whatIsWrongWithActivationTime(activationTime);
    if (message !== undefined) problems.push({ path: 'availability.activationTime', message });
  }
  return problems;
}

function problemsOfReaching(
  signer: RuledPortalSigner,
  path: string,
  sector: Sector | undefined,
): readonly Problem[] {
  const hasPin = isGiven(signer.personalIdentificationNumber);
  const { emailAddress, mobileNumber } = signer.notifications ?? {};
  const given = Object.entries({ emailAddress, mobileNumber }).filter(([, address]) => isGiven(address));
  if (!isGiven(signer.notificationsUsingLookup)) {
    if (given.length > 0) return [];
    const address = 'needs an address (notifications.emailAddress or notifications.mobileNumber)';
    return [{ path, message: hasPin ? `${address}, or notificationsUsingLookup` : address }];
  }
  const problems: Problem[] = given.map(([part]) => ({
    path: `${path}.notifications.${part}`,
    message: 'excludes notificationsUsingLookup: use either the address in the register or your own',
  }));
  const forbid = (message: string) => problems.push({ path: `${path}.notificationsUsingLookup`, message });
  if (!hasPin) forbid('needs personalIdentificationNumber: the register is searched by it');
  if (signer.onBehalfOf === 'OTHER') {
    forbid('excludes onBehalfOf OTHER: the register contains private addresses');
  }
  if (sector === 'PRIVATE') {
    forbid('is for public senders only, and the sender is in the private sector: specify the address');
  }
  return problems;
}

/** The schema accepts an empty address. */
function isGiven(part: unknown): boolean {
  return typeof part === 'string' ? part.trim() !== '' : part !== undefined;
}
