import { setTimeout as pause } from 'node:timers/promises';
import { ScriptedBrowser } from './scripted-browser.js';
import { syntheticIdentityNumber } from './synthetic-number.js';
import type { DemoWebSite } from './web-site.js';

// Synthetic.
const KARI = syntheticIdentityNumber({ day: 30, month: 5, year: 91 });
const OLA = syntheticIdentityNumber({ day: 17, month: 2, year: 88 });

/** The signers of the direct demo: one by identity number, one by the web site's identifier. */
export const VISITING_SIGNERS = [
  { personalIdentificationNumber: KARI },
  { signerIdentifier: 'CUSTOMER-2' },
] as const;

/** The e-ID of each signer; only the web site knows that customer 2 is Ola. */
const E_IDS = [KARI, OLA];

// Long enough to see the pending signers.
const PAUSE_BEFORE_MS = 1200;

/**
 * Signs for each signer in a separate browser: presses the button of the web site, consents, signs and returns.
 * @throws an error with the unexpected page; the signal's reason
 */
export async function haveSignersVisit(site: DemoWebSite, signal: AbortSignal): Promise<void> {
  for (const [index, person] of E_IDS.entries()) {
    await pause(PAUSE_BEFORE_MS, undefined, { signal });
    const browser = new ScriptedBrowser(signal);
    const ceremony = await browser.submit(site.signUrl(index + 1));
    await pause(PAUSE_BEFORE_MS, undefined, { signal });
    await browser.submit(`${ceremony.url.href}/sign`, { person, consent: 'yes' });
  }
}
