import { setTimeout as pause } from 'node:timers/promises';
import { ScriptedBrowser } from './scripted-browser.js';
import { syntheticIdentityNumber } from './synthetic-number.js';
import type { DemoWebSite } from './web-site.js';

// None of them exists.
const KARI = syntheticIdentityNumber({ day: 30, month: 5, year: 91 });
const OLA = syntheticIdentityNumber({ day: 17, month: 2, year: 88 });

/** Who signs in the direct demo: one by identity number, one by the web site's own identifier. */
export const VISITING_SIGNERS = [
  { personalIdentificationNumber: KARI },
  { signerIdentifier: 'CUSTOMER-2' },
] as const;

/** With which e-ID each of them signs; that customer 2 is Ola is for the web site to know. */
const E_IDS = [KARI, OLA];

// Long enough to see who is waited for.
const PAUSE_BEFORE_MS = 1200;

/**
 * Signs for each signer with a separate browser: press the button of the web site, read, consent, sign, and come
 * back. @throws the page shown instead; the signal's reason
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
