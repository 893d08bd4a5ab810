import { ON_BEHALF_OF, SIGNATURE_TYPES } from '../manifest-values.js';
import type { PortalSigner } from '../portal/manifest.js';
import { findChild, findOneOf, findToken, present } from './element-content.js';
import { readNotifications } from './read-notifications.js';
import { UnreadableXmlError } from './errors.js';
import type { XmlElement } from './xml-element.js';

/**
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signer.
 */
export function readPortalSigner(signer: XmlElement): PortalSigner {
  const personalIdentificationNumber = findToken(signer, 'personal-identification-number');
  if (
    personalIdentificationNumber === undefined &&
    findChild(signer, 'identified-by-contact-information') === undefined
  ) {
    throw new UnreadableXmlError('a signer has neither an identity number nor contact information');
  }
  const order = signer.attributes.get('order')?.trim();
  if (order !== undefined && !/^[+-]?[0-9]{1,40}$/u.test(order)) {
    throw new UnreadableXmlError('the order of a signer is not an integer');
  }
  const notifications = findChild(signer, 'notifications');
  const lookup = findChild(signer, 'notifications-using-lookup');
  return present({
    personalIdentificationNumber,
    order: order === undefined ? undefined : Number(order),
    signatureType: findOneOf(signer, 'signature-type', SIGNATURE_TYPES),
    notifications: notifications === undefined ? undefined : readNotifications(notifications),
    notificationsUsingLookup:
      lookup === undefined ? undefined : { sms: findChild(lookup, 'sms') !== undefined },
    onBehalfOf: findOneOf(signer, 'on-behalf-of', ON_BEHALF_OF),
  });
}
