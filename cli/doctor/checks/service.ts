import type { Check } from '../check.js';
import { passed } from '../finding.js';

/** A connection in two-way TLS comes about, with the service and nobody else at its other end. */
export const serviceCheck: Check = {
  name: 'service',
  title: 'TLS to the API',
  neededBy: ['worker'],
  after: ['certificate', 'trust'],
  run: async (examination) => {
    const { answered, failure } = await examination.contact();
    // Without an answer there was no connection, or none that could be trusted.
    if (!answered && failure !== undefined) throw failure;
    const organization = examination.setting('SIGNERING_SERVER_ORGANIZATION');
    return passed(
      `${hostOf(examination.setting('SIGNERING_API_URL'))} showed a certificate that leads to a trusted authority ` +
        `and was issued to organisation ${organization}; it takes ours`,
    );
  },
};

/** An environment may be given by its name. */
function hostOf(apiUrl: string): string {
  return URL.canParse(apiUrl) ? new URL(apiUrl).host : apiUrl;
}
