import { readEmailSettings } from '@signering/settings';
import type { Check } from '../check.js';
import { passed } from '../finding.js';

/** The mail server takes a connection and the log-in, or none is set. Sends nothing. */
export const emailsCheck: Check = {
  name: 'emails',
  title: 'Mail server',
  neededBy: ['worker'],
  after: [],
  run: async (examination) => {
    const settings = {
      SIGNERING_SMTP: examination.optionalSetting('SIGNERING_SMTP'),
      SIGNERING_EMAIL_FROM: examination.optionalSetting('SIGNERING_EMAIL_FROM'),
    };
    const emails = readEmailSettings(settings, []);
    if (emails === undefined)
      return passed('SIGNERING_SMTP is not set: the people who make jobs get no emails');
    // Imported dynamically: a machine without a mail server does not need it.
    const { checkSmtp } = await import('@signering/activities');
    await checkSmtp(emails.smtp);
    const { host, port, encryption } = emails.smtp;
    return passed(`${host}:${port} accepts connections (${encryption}); emails are from ${emails.from}`);
  },
};
