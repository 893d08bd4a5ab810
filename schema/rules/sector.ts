/**
 * The sector of a sender determines the permitted signature types and security levels. It is a property of the
 * organisation and not part of any message. Spec: the service's documentation, signature type and security level.
 */
export const SECTORS = ['PUBLIC', 'PRIVATE'] as const;
/** Sector of a sender. */
export type Sector = (typeof SECTORS)[number];
