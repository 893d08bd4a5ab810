/**
 * What decides what a sender is allowed; no message names it, it belongs to the organisation. Spec: the service's
 * documentation, signature type and security level.
 */
export const SECTORS = ['PUBLIC', 'PRIVATE'] as const;
/** Which sector a sender belongs to. */
export type Sector = (typeof SECTORS)[number];
