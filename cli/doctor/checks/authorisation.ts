import type { Check } from '../check.js';
import { passed } from '../finding.js';

/** The service authorizes the certificate's organisation for the sender of the settings. */
export const authorisationCheck: Check = {
  name: 'authorisation',
  title: 'Authorisation',
  neededBy: ['worker'],
  after: ['service'],
  run: async (examination) => {
    const { words, failure } = await examination.contact();
    if (failure !== undefined) throw failure;
    return passed(`the service says: ${onOneLine(words ?? '')}`);
  },
};

/** The service's text is untrusted: it must not move the cursor. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, 200);
}
