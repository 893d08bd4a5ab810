import type { Check } from '../check.js';
import { failed, notChecked, passed } from '../finding.js';

/** Accepted difference of a document package's signing time. Spec: document package, SigningTime. */
const MOST_MS = 5000;
/** Difference from which the check warns. */
const WARN_MS = 2000;

/** This machine's clock agrees with the service's, which rejects packages with another signing time. */
export const clockCheck: Check = {
  name: 'clock',
  title: 'Clock',
  neededBy: ['worker'],
  after: ['service'],
  run: async (examination) => {
    const { aheadMs } = await examination.contact();
    if (aheadMs === undefined) return notChecked('the response of the service contains no time');
    const difference = `machine's clock is ${inSeconds(aheadMs)} the service's`;
    if (Math.abs(aheadMs) > MOST_MS) {
      return failed({
        what: `This ${difference}; at more than 5 s it rejects every document package.`,
        nextStep:
          'Synchronise it by NTP (timedatectl status or chronyc tracking shows the state). If the service is a ' +
          'sandbox, its clock may have been moved, which is harmless.',
        mender: 'SURROUNDINGS',
      });
    }
    return passed(
      `this ${difference}`,
      Math.abs(aheadMs) > WARN_MS
        ? ['At 5 s the service rejects document packages: synchronise the clock by NTP.']
        : [],
    );
  },
};

function inSeconds(aheadMs: number): string {
  // The service's time has a resolution of a second.
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds === 0) return 'within a second of';
  return `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
}
