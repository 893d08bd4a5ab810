import { setTimeout as pause } from 'node:timers/promises';
import { ScriptedBrowser } from './scripted-browser.js';
import { syntheticIdentityNumber } from './synthetic-number.js';
import type { DemoWebSite } from './web-site.js';

/** Who signs in the direct demo: one by identity number, one by the web site's own identifier. None of them exists. */
const PEOPLE = [
  { personalIdentificationNumber: syntheticIdentityNumber({ day: 30, month: 5, year: 91 }) },
  { signerIdentifier: 'CUSTOMER-2' },
] as const;

// What the second one signs with: who it is, the web site has made sure of.
const OF_CUSTOMER_2 = syntheticIdentityNumber({ day: 17, month: 2, year: 88 });

// Long enough to see who is waited for.
const PAUSE_BEFORE_MS = 1200;

/** The signers as the web site names them. */
export const VISITING_SIGNERS = PEOPLE;

/**
 * Has each signer go through it with a browser of their own: press the button of the web site, read, consent, sign, and
 * come back. @throws what they were shown instead of a page; the signal's reason
 */
export async function haveSignersVisit(site: DemoWebSite, signal: AbortSignal): Promise<void> {
  for (const [index, person] of PEOPLE.entries()) {
    await pause(PAUSE_BEFORE_MS, undefined, { signal });
    const browser = new ScriptedBrowser(signal);
    const ceremony = await browser.submit(site.signUrl(index + 1));
    await pause(PAUSE_BEFORE_MS, undefined, { signal });
    await browser.submit(`${ceremony.url.href}/sign`, {
      person: 'personalIdentificationNumber' in person ? person.personalIdentificationNumber : OF_CUSTOMER_2,
      consent: 'yes',
    });
  }
}
