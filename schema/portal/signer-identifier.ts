import type { PortalSigner } from './manifest.js';
import type { PortalSignerIdentifier } from './status-change.js';

/** The identifier that status changes will use for a signer of the manifest. Spec: portal.xsd, signature. */
export function identifierOfPortalSigner({
  personalIdentificationNumber,
  notifications,
}: PortalSigner): PortalSignerIdentifier {
  return personalIdentificationNumber === undefined
    ? (notifications ?? {})
    : { personalIdentificationNumber };
}
