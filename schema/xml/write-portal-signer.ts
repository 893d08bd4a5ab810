import type { PortalSigner } from '../portal/manifest.js';
import type { ElementWriter } from './message-writer.js';
import { writeNotifications } from './write-notifications.js';

/** A signer without an identity number is identified by contact information. Spec: portal.xsd, portal-signer. */
export function writePortalSigner(signer: PortalSigner) {
  return (element: ElementWriter): void => {
    const { personalIdentificationNumber, notifications, notificationsUsingLookup } = signer;
    if (signer.order !== undefined) element.attribute('order', String(signer.order));
    if (personalIdentificationNumber === undefined) element.element('identified-by-contact-information');
    else element.element('personal-identification-number', personalIdentificationNumber);
    element.optional('signature-type', signer.signatureType);
    if (notificationsUsingLookup !== undefined) {
      element.element('notifications-using-lookup', (lookup) => {
        lookup.element('email');
        if (notificationsUsingLookup.sms) lookup.element('sms');
      });
    }
    if (notifications !== undefined) element.element('notifications', writeNotifications(notifications));
    // The schema requires it after the notifications.
    element.optional('on-behalf-of', signer.onBehalfOf);
  };
}
