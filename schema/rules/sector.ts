/**
 * The sector of a sender decides which signature types and security levels it may ask for. It is a property of the
 * organisation, and no message contains it. Spec: the service's documentation, signature type and security level.
 */
export const SECTORS = ['PUBLIC', 'PRIVATE'] as const;
/** Which sector a sender belongs to. */
export type Sector = (typeof SECTORS)[number];
