import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { currentGroup } from '../jobs/job-status.js';
import { senderName } from '../organizations.js';
import { writeNorwegianTime } from '../time-format.js';
import type { NotificationChannel, NotificationKind } from './notification.js';

/** The subject of a message. */
export interface NotificationSubject {
  readonly job: SandboxJob;
  readonly signer: JobSigner;
  readonly kind: NotificationKind;
  readonly channel: NotificationChannel;
  readonly pagesUrl: string;
}

/**
 * The text of a message to a signer, in Norwegian. The title may be sensitive, so emails contain the non-sensitive
 * title, and SMS no title.
 */
export function wordNotification(about: NotificationSubject): {
  readonly subject?: string;
  readonly text: string;
} {
  return about.channel === 'SMS' ? { text: wordSms(about) } : wordEmail(about);
}

function wordEmail(about: NotificationSubject): { readonly subject: string; readonly text: string } {
  const { job, kind } = about;
  const sender = senderName(job.organizationNumber);
  const what = job.manifest.nonsensitiveTitle ?? 'Dokumenter til signering';
  if (kind === 'WITHDRAWN') {
    return {
      subject: `Test: ${sender} har trukket tilbake et signeringsoppdrag`,
      text: lines(
        `${sender} har trukket tilbake «${what}». Du trenger ikke å gjøre noe.`,
        job.reference === undefined ? undefined : `Referanse: ${job.reference}`,
        IS_A_TEST,
      ),
    };
  }
  if (kind === 'OPEN_MAILBOX') {
    return {
      subject: `Test: Du har signert for ${sender}`,
      text: lines(
        `Alle har signert «${what}» fra ${sender}.`,
        'Oppretter du en digital postkasse innen 7 dager, får du det signerte dokumentet dit.',
        job.reference === undefined ? undefined : `Referanse: ${job.reference}`,
        IS_A_TEST,
      ),
    };
  }
  const signed = job.signers.filter(({ status }) => status === 'SIGNED').length;
  return {
    subject:
      kind === 'INVITATION'
        ? `Test: ${sender} ber om din signatur`
        : `Test: ${sender} venter på din signatur`,
    text: lines(
      `${sender} har sendt deg «${what}».`,
      `Fristen er ${deadlineOf(job)}.`,
      waysIn(about),
      job.reference === undefined ? undefined : `Referanse: ${job.reference}`,
      kind === 'REMINDER'
        ? `${signed} av ${job.signers.length} har signert. Dokumenter som ikke blir signert innen fristen, slettes.`
        : undefined,
      IS_A_TEST,
    ),
  };
}

function wordSms(about: NotificationSubject): string {
  const sender = senderName(about.job.organizationNumber);
  if (about.kind === 'WITHDRAWN') return `${sender} har trukket tilbake signeringsoppdraget.`;
  return `${sender} venter på din signatur innen ${deadlineOf(about.job)}. ${waysIn(about)}`;
}

const IS_A_TEST = 'Dette er en test. Ingenting av dette binder noen.';

function waysIn({ job, signer, pagesUrl }: NotificationSubject): string {
  if (signer.securityCode === undefined) return `Logg inn for å lese og signere: ${pagesUrl}`;
  return `Åpne ${pagesUrl}/${job.id}-${signer.id} og oppgi sikkerhetskoden ${signer.securityCode}.`;
}

function deadlineOf(job: SandboxJob): string {
  const deadline = currentGroup(job)?.deadline;
  return deadline === undefined ? 'ukjent' : writeNorwegianTime(new Date(deadline));
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}
