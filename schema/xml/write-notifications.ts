import type { Notifications } from '../portal/manifest.js';
import type { ElementWriter } from './message-writer.js';

/** Contact information, email first. Spec: portal.xsd, notifications. */
export function writeNotifications({ emailAddress, mobileNumber }: Notifications) {
  return (element: ElementWriter): void => {
    if (emailAddress !== undefined) {
      element.element('email', (email) => email.attribute('address', emailAddress));
    }
    if (mobileNumber !== undefined) element.element('sms', (sms) => sms.attribute('number', mobileNumber));
  };
}
