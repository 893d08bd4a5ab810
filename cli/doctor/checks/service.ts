import type { Check } from '../check.js';
import { passed } from '../finding.js';

/** A two-way TLS connection to the service can be established, and only to the service. */
export const serviceCheck: Check = {
  name: 'service',
  title: 'TLS to the API',
  neededBy: ['worker'],
  after: ['certificate', 'trust'],
  run: async (examination) => {
    const { answered, failure } = await examination.contact();
    // Without a response there was no connection, or no trusted one.
    if (!answered && failure !== undefined) throw failure;
    const organization = examination.setting('SIGNERING_SERVER_ORGANIZATION');
    return passed(
      `${hostOf(examination.setting('SIGNERING_API_URL'))} presented a certificate of a trusted authority, ` +
        `issued to organisation ${organization}, and accepted ours`,
    );
  },
};

/** An environment may be configured by name. */
function hostOf(apiUrl: string): string {
  return URL.canParse(apiUrl) ? new URL(apiUrl).host : apiUrl;
}
