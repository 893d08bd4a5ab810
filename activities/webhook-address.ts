import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { SigningError } from '@signering/schema';

type LookupAnswer = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** WEBHOOK_ADDRESS_REFUSED: the receiver's address is not on the public internet. Nothing was sent. */
export class WebhookAddressRefusedError extends SigningError {
  constructor(address: string) {
    super(
      'WEBHOOK_ADDRESS_REFUSED',
      `The receiver's address ${address} is not a public one, so nothing was sent. Correct the URL, or, for a receiver ` +
        'in your own network, set SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES=yes.',
    );
  }
}

/**
 * True for an address on the public internet: not loopback, private, link-local, shared (CGNAT), multicast, reserved, or
 * an IPv6 address that holds such an IPv4 address. Spec: IANA special-purpose address registries.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  // Global unicast is 2000::/3; other IPv6 unicast addresses are not assigned. Spec: RFC 4291, 2.4.
  return address.kind() === 'ipv4' || address.match(ipaddr.parse('2000::'), 3);
}

/** For `connect.lookup`: the connection goes to the addresses that were checked, and the name is not resolved again. */
export function lookupPublic(hostname: string, options: LookupOptions, answer: LookupAnswer): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = error === null ? addresses.find(({ address }) => !isPublicAddress(address)) : undefined;
    if (error !== null) answer(error, []);
    else if (refused !== undefined) answer(new WebhookAddressRefusedError(refused.address), []);
    else if (options.all === true) answer(null, addresses);
    else answer(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  });
}

/** @throws WEBHOOK_ADDRESS_REFUSED for a URL that holds such an address itself: it is not looked up */
export function demandPublicHost({ hostname }: URL): void {
  const host = hostname.replace(/^\[|\]$/gu, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw new WebhookAddressRefusedError(host);
}
