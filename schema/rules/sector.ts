/**
 * What decides what a sender is allowed; no message names it, it belongs to the organisation. Spec: the service's
 * documentation, signature type and security level.
 */
export const SECTORS = ['PUBLIC', 'PRIVATE'] as const;
export type Sector = (typeof SECTORS)[number];
