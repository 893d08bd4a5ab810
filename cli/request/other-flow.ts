import type { Problem } from '../../schema/index.js';
import type { WrittenRequest } from './written-request.js';

type Option = readonly [name: keyof WrittenRequest, option: string, why: string];

const OF_THE_DIRECT_FLOW = 'is of the direct flow: add --direct, or leave it out';

const PORTAL_ONLY: readonly Option[] = [
  ['availableFor', '--available-for', 'is of the portal flow: a direct job is always open for 30 days'],
  ['activateAt', '--activate-at', 'is of the portal flow: a direct job is open at once'],
];

const DIRECT_ONLY: readonly Option[] = [
  ['exitUrl', '--exit-url', OF_THE_DIRECT_FLOW],
  ['completionUrl', '--completion-url', OF_THE_DIRECT_FLOW],
  ['rejectionUrl', '--rejection-url', OF_THE_DIRECT_FLOW],
  ['errorUrl', '--error-url', OF_THE_DIRECT_FLOW],
  [
    'polling',
    '--polling',
    'is of the direct flow (portal jobs are always polled): add --direct, or leave it out',
  ],
];

/** The options that were given though they belong to the other flow. */
export function problemsOfOtherFlow(written: WrittenRequest): readonly Problem[] {
  return (written.direct === true ? PORTAL_ONLY : DIRECT_ONLY)
    .filter(([name]) => written[name] !== undefined)
    .map(([, path, message]) => ({ path, message }));
}
