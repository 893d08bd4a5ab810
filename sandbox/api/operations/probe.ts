import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';

/** Returns the organisation that the service has authenticated. */
export function probe(_parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { certificateOrganization, organizationNumber } = request;
  const behalf =
    certificateOrganization === organizationNumber ? '' : `,\noperating on behalf of ${organizationNumber}`;
  return Promise.resolve({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from(`You are ${certificateOrganization}${behalf}`),
  });
}
