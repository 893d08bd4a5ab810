/** The organisation of the service's certificate and seal: Posten Bring AS. */
export const SERVICE_ORGANIZATION = { organizationNumber: '984661185', name: 'Posten Bring AS' } as const;

/** The sector determines what an organisation may do; no message contains it. */
export type Sector = 'PRIVATE' | 'PUBLIC';

/** An organisation that the sandbox knows, with fictitious name and number (the check digit is valid). */
export interface Organization {
  readonly organizationNumber: string;
  readonly name: string;
  readonly role: 'SENDER' | 'BROKER' | 'NONE';
  readonly sector: Sector;
}

/** The organisations with a certificate, by the names that the announcement uses. */
export const ORGANIZATIONS = {
  privateSender: {
    organizationNumber: '312345676',
    name: 'Fjordgløtt Bygg AS',
    role: 'SENDER',
    sector: 'PRIVATE',
  },
  publicSender: {
    organizationNumber: '310456780',
    name: 'Storvik kommune',
    role: 'SENDER',
    sector: 'PUBLIC',
  },
  broker: {
    organizationNumber: '311789015',
    name: 'Mellomleddet Systemer AS',
    role: 'BROKER',
    sector: 'PRIVATE',
  },
  unauthorized: {
    organizationNumber: '312901234',
    name: 'Utenfor Avtale AS',
    role: 'NONE',
    sector: 'PRIVATE',
  },
} as const satisfies Record<string, Organization>;

export type OrganizationKey = keyof typeof ORGANIZATIONS;

const BY_NUMBER = new Map<string, Organization>(
  Object.values(ORGANIZATIONS).map((organization) => [organization.organizationNumber, organization]),
);

/** The organisation with a number, if the sandbox knows it. */
export function findOrganization(organizationNumber: string): Organization | undefined {
  return BY_NUMBER.get(organizationNumber);
}

/** The sector of any sender; senders that the sandbox does not know are private. */
export function sectorOf(organizationNumber: string): Sector {
  return findOrganization(organizationNumber)?.sector ?? 'PRIVATE';
}

/** The sender's name on the pages and in messages. */
export function senderName(organizationNumber: string): string {
  return findOrganization(organizationNumber)?.name ?? `organisasjon ${organizationNumber}`;
}
