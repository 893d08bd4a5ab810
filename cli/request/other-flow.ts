import type { Problem } from '@signering/schema';
import { OPTION_OF, type WrittenRequest } from './written-request.js';

type Option = readonly [name: keyof WrittenRequest, why: string];

const OF_THE_DIRECT_FLOW = 'belongs to the direct flow: add --direct, or omit it';

const PORTAL_ONLY: readonly Option[] = [
  ['nonsensitiveTitle', 'belongs to the portal flow: with --direct the service sends no notification'],
  ['availableFor', 'belongs to the portal flow: a direct job is always open for 30 days'],
  ['activateAt', 'belongs to the portal flow: a direct job is open at once'],
];

const DIRECT_ONLY: readonly Option[] = [
  ['exitUrl', OF_THE_DIRECT_FLOW],
  ['completionUrl', OF_THE_DIRECT_FLOW],
  ['rejectionUrl', OF_THE_DIRECT_FLOW],
  ['errorUrl', OF_THE_DIRECT_FLOW],
  ['polling', 'belongs to the direct flow (portal jobs are always polled): add --direct, or omit it'],
];

/** Problems of options that belong to the other flow. */
export function problemsOfOtherFlow(written: WrittenRequest): readonly Problem[] {
  return (written.direct === true ? PORTAL_ONLY : DIRECT_ONLY)
    .filter(([name]) => written[name] !== undefined)
    .map(([name, message]) => ({ path: OPTION_OF[name], message }));
}
