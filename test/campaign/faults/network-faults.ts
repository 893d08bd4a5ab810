import type { NetworkFault, TcpProxy } from '../tcp-proxy.js';
import { lasting, type FaultKind, type FaultParts } from './fault-kind.js';

const FAULTS: Readonly<
  Record<NetworkFault['kind'], { readonly does: string; readonly fault: NetworkFault }>
> = {
  DELAYED: { does: 'delays all bytes by half a second', fault: { kind: 'DELAYED', ms: 500 } },
  THROTTLED: { does: 'lets 8 kB pass in a second', fault: { kind: 'THROTTLED', bytesPerSecond: 8_000 } },
  SPLIT: { does: 'splits the bytes into pieces of seven', fault: { kind: 'SPLIT' } },
  CUT: { does: 'closes connections in the middle of an answer', fault: { kind: 'CUT' } },
  RESET: { does: 'resets connections in the middle of an answer', fault: { kind: 'RESET' } },
  HALF_CLOSED: {
    does: 'closes one direction of connections in the middle of an answer',
    fault: { kind: 'HALF_CLOSED' },
  },
  SILENT: { does: 'holds all bytes back, and delivers them at the end', fault: { kind: 'SILENT' } },
  ANSWERS_LOST: {
    does: 'delivers requests and loses the answers, without closing connections',
    fault: { kind: 'ANSWERS_LOST' },
  },
  GARBLED: { does: 'changes a bit of answers', fault: { kind: 'GARBLED' } },
  REFUSED: { does: 'resets all connections and refuses new ones', fault: { kind: 'REFUSED' } },
};
const NAMES = { service: 'the service', temporal: 'Temporal', s3: 'the S3 server' } as const;
type Route = keyof typeof NAMES;
/** TLS finds a changed bit; Temporal and the S3 server of the tests are reached without TLS. */
const NOT_GARBLED = new Set<Route>(['temporal', 's3']);

/** Every disturbance of the network on the ways from the worker to the service, to Temporal and to the S3 server. */
export const NETWORK_KINDS: readonly FaultKind[] = (['service', 'temporal', 's3'] as const).flatMap((route) =>
  Object.entries(FAULTS)
    .filter(([kind]) => kind !== 'GARBLED' || !NOT_GARBLED.has(route))
    .map(([kind, { does, fault }]) => ({
      name: `NETWORK_TO_${route.toUpperCase()}_${kind}`,
      group: 'NETWORK' as const,
      does: `between worker and ${NAMES[route]}, ${does}`,
      endsBy: 'LIFTED' as const,
      losesCreate: route !== 'temporal',
      ...(route === 's3' && { storage: 'S3' as const }),
      happen: async (parts: FaultParts) => {
        const proxy = proxyOf(parts, route);
        proxy.disturb(fault);
        try {
          return await lasting(parts, () => proxy.hits);
        } finally {
          proxy.lift();
        }
      },
    })),
);

function proxyOf({ proxies }: FaultParts, route: Route): TcpProxy {
  const proxy = proxies[route];
  if (proxy === undefined) throw new TypeError('There is no S3 server.');
  return proxy;
}
