import type { Notifications } from '../portal/manifest.js';
import { findChild, present, requireAttribute } from './element-content.js';
import type { XmlElement } from './xml-element.js';

/** Contact information of a signer, in a manifest or a status change. Spec: portal.xsd, notifications. */
export function readNotifications(element: XmlElement): Notifications {
  const email = findChild(element, 'email');
  const sms = findChild(element, 'sms');
  return present({
    emailAddress: email === undefined ? undefined : requireAttribute(email, 'address'),
    mobileNumber: sms === undefined ? undefined : requireAttribute(sms, 'number'),
  });
}
