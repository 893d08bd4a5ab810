import { NINE_DIGITS } from '@signering/schema';
import { findOrganization } from '../organizations.js';
import { ServiceRefusal } from './service-refusal.js';

/**
 * Decides whether the organisation of a certificate may act for the sender in the path: a sender for itself, a broker
 * for every organisation that has an agreement with the service.
 * @throws ServiceRefusal 403 NOT_AUTHORIZED, BROKER_NOT_AUTHORIZED; 400 when the path names no organisation
 */
export function authorize(certificateOrganization: string, organizationNumber: string): void {
  const caller = findOrganization(certificateOrganization);
  if (caller === undefined || caller.role === 'NONE') {
    throw new ServiceRefusal(
      'NOT_AUTHORIZED',
      `Organisation ${certificateOrganization} has no access to the signature API.`,
    );
  }
  if (!NINE_DIGITS.test(organizationNumber)) {
    throw new ServiceRefusal(
      'INVALID_ORGANIZATION_NUMBER',
      'The path must name a nine-digit organisation number.',
    );
  }
  if (organizationNumber === certificateOrganization) return;
  const isRefused = findOrganization(organizationNumber)?.role === 'NONE';
  if (caller.role !== 'BROKER' || isRefused) {
    throw new ServiceRefusal(
      'BROKER_NOT_AUTHORIZED',
      `Organisation ${certificateOrganization} may not act on behalf of ${organizationNumber}.`,
    );
  }
}
